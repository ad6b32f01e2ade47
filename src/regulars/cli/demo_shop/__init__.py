"""The demonstration shop: 山野茶事 Hillside Tea, three tea shops and a small kitchen, one year old.

What is sold, who buys and how the year went are drawn from one seed; everything that moved value
went through the same use cases as a till's commands.
"""
