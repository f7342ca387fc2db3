"""A country that acts: every unit takes up, passes on, reports and confirms what was issued, with planted truth.

planting  what is made cold, drawn from the seed, and told in a file beside
habits    how likely and how late each step is, at each level and unit
course    the acts of one unit on one directive, from receiving it to its end
office    moments in office hours of working days
hands     the acts themselves: many at once, or one by one; both end in the same tables
play      the days
"""
