"""The kinds of programme that this version knows, each with the module that reads it."""

from collections.abc import Mapping

from regulars.domain.loyalty.check_in import check_in_data, check_in_from
from regulars.domain.loyalty.draw import draw_data, draw_from
from regulars.domain.loyalty.group_buy import group_data, group_from
from regulars.domain.loyalty.mall import mall_item_data, mall_item_from
from regulars.domain.loyalty.pass_promise import pass_data, pass_from
from regulars.domain.loyalty.programme import Codec, ProgrammeKind
from regulars.domain.loyalty.referral import referral_data, referral_from
from regulars.domain.loyalty.survey import survey_data, survey_from
from regulars.domain.loyalty.tasks import task_data, task_from

CODECS: Mapping[ProgrammeKind, Codec] = {
    ProgrammeKind.CHECK_IN: Codec(check_in_from, check_in_data),
    ProgrammeKind.TASK: Codec(task_from, task_data),
    ProgrammeKind.DRAW: Codec(draw_from, draw_data),
    ProgrammeKind.MALL_ITEM: Codec(mall_item_from, mall_item_data),
    ProgrammeKind.REFERRAL: Codec(referral_from, referral_data),
    ProgrammeKind.GROUP_BUY: Codec(group_from, group_data),
    ProgrammeKind.PASS: Codec(pass_from, pass_data),
    ProgrammeKind.SURVEY: Codec(survey_from, survey_data),
}
