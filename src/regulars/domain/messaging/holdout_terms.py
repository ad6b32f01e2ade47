"""How many members hear of no marketing at all in a year, other members every year 全局对照组.

Head office says 100 of 10,000: each year one member in a hundred is left alone by every campaign and
journey, and only she can tell what all the marketing together earns. Her benefits at the till stay.
"""

from regulars.domain.kernel.term_fields import Field, whole

# More would cost more than the answer is worth. Units: of 10,000.
HELD_OUT_MAX = 200
# Asked of head office alone: a store with a share of its own would mix the two.
HELD_OUT_SHARE = Field("marketing.held_out", 0, whole(0, HELD_OUT_MAX))
FIELDS = (HELD_OUT_SHARE,)
