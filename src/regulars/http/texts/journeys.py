"""Refusals of journeys, campaigns and staff tasks."""

from regulars.http.texts import Text

TEXTS = {
    "journey.unknown": Text(404, "没有这个旅程", "There is no such journey"),
    "journey.definition_malformed": Text(
        422, "旅程的“{part}”填写有误", "This part of the journey is not right: {part}"
    ),
    "journey.malformed": Text(
        422, "步骤“{node}”的“{part}”填写有误", "In the step {node} this is not right: {part}"
    ),
    "journey.trigger_malformed": Text(
        422, "触发条件的“{part}”填写有误", "In the trigger this is not right: {part}"
    ),
    "journey.no_trigger": Text(
        422, "旅程至少要有一个触发条件", "A journey needs at least one trigger"
    ),
    "journey.no_exit": Text(422, "旅程没有结束的步骤", "The journey has no step that ends it"),
    "journey.unreachable": Text(
        422, "这些步骤永远走不到：{nodes}", "No way leads to these steps: {nodes}"
    ),
    "journey.loop": Text(
        422, "这些步骤绕成了圈：{nodes}", "These steps lead back to themselves: {nodes}"
    ),
    "journey.step_unknown": Text(
        422,
        "步骤“{node}”指向不存在的“{target}”",
        "The step {node} leads to {target}, which is not there",
    ),
    "journey.wait_without_end": Text(
        422, "步骤“{node}”的等待没有期限", "The wait at the step {node} never ends"
    ),
    "journey.weights_unfit": Text(
        422, "步骤“{node}”的比例之和应为10000", "The weights at the step {node} must sum to 10,000"
    ),
    "journey.fact_unknown": Text(
        422, "没有“{fact}”这种事件", "There is nothing called {fact} to wait for"
    ),
    "journey.template_unknown": Text(
        422, "没有可用的消息模板“{template}”", "There is no message template {template} in use"
    ),
    "journey.channel_missing": Text(
        422,
        "模板“{template}”没有{channel}文案",
        "The template {template} has no text for {channel}",
    ),
    "journey.purpose_unfit": Text(
        422,
        "服务类旅程不能使用营销模板“{template}”",
        "A service journey cannot use the marketing template {template}",
    ),
    "journey.segment_not_active": Text(
        422, "旅程用到的人群还没有启用", "A segment that the journey asks about is not active"
    ),
    "journey.nothing_proposed": Text(
        409, "没有等待审批的这个版本", "This version does not wait for anybody's word"
    ),
    "journey.same_person": Text(
        403, "提交人不能审批自己的内容", "Whoever submitted it cannot approve it"
    ),
    "journey.not_in_state": Text(
        409, "旅程当前状态是{state}，不能这样操作", "The journey is {state}, so this cannot be done"
    ),
    "journey.of_campaign": Text(
        409, "这个旅程属于营销活动，请在活动里操作", "This journey belongs to a campaign: act there"
    ),
    "journey.mapping_malformed": Text(
        422, "步骤“{node}”的去向填写有误", "Where the step {node} goes is not right"
    ),
    "journey.mapping_missing": Text(
        409,
        "这些步骤上还有会员，请说明去向：{nodes}",
        "Members stand at these steps; say where they go: {nodes}",
    ),
    "journey.sets_itself_off": Text(
        422,
        "旅程会不停触发自己：它做的事就是触发它的“{fact}”",
        "The journey would set itself off for ever: what it does is what starts it ({fact})",
    ),
    "journey.run_unknown": Text(404, "没有这条旅程记录", "There is no such run"),
    "journey.run_not_dead": Text(
        409, "只有中止的记录才能重试", "Only a run that was given up can be tried again"
    ),
    "journey.not_live": Text(409, "旅程没有在运行", "The journey is not running"),
    "journey.not_by_hand": Text(
        409, "这个旅程不支持手动加入", "Nobody can be put into this journey by hand"
    ),
    "journey.too_many_members": Text(
        422, "一次最多加入{maximum}位会员", "At most {maximum} members at a time"
    ),
    "journey.ready_unknown": Text(404, "没有这个现成旅程", "There is no such ready journey"),
    "journey.on_already": Text(409, "这个旅程已经开启", "This journey is on already"),
    "journey.gift_unfit": Text(422, "这个旅程不能附送礼品", "This journey gives nothing"),
    "journey.simulation_unknown": Text(404, "没有这次试算", "There is no such simulation"),
    "journey.simulation_over": Text(409, "试算已经结束", "The simulation is over"),
    "campaign.unknown": Text(404, "没有这个营销活动", "There is no such campaign"),
    "campaign.malformed": Text(
        422, "活动的“{part}”填写有误", "This part of the campaign is not right: {part}"
    ),
    "campaign.budget_below_one": Text(
        422,
        "预算连一位会员都不够，至少要{one_minor}分",
        "The budget does not pay for one member: {one_minor} minor units at least",
    ),
    "campaign.budget_overdrawn": Text(409, "活动预算已用完", "The campaign's budget is spent"),
    "campaign.not_a_draft": Text(
        409, "活动已提交，不能再改", "The campaign was submitted and cannot be changed"
    ),
    "campaign.not_running": Text(409, "活动没有在进行", "The campaign is not running"),
    "campaign.start_passed": Text(
        409,
        "活动的开始时间已过，请改到以后",
        "The campaign's start has passed: move it to a later time",
    ),
    "campaign.audience_empty": Text(
        409, "活动人群里一个人也没有", "Nobody is in the campaign's audience"
    ),
    "decline.reason_missing": Text(422, "请写明退回的理由", "Say why it is sent back"),
    "staff_task.unknown": Text(404, "没有这个任务", "There is no such task"),
    "staff_task.done_already": Text(409, "这个任务已经完成", "This task is done already"),
}
