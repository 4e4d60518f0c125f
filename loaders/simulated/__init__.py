"""A simulated year: plausible young people, referrals with their whole life and co-supports, on the real partners.

    figures.py    how many, how old, where, when; profiles.csv: needs and situations that come together
    youths.py     the young people of a year
    offers.py     which partners fit a young person, each with its habits and its rates
    plan.py       who is sent where, when, about what
    planting.py   facts that are woven into a plan, or refused
    lives.py      what becomes of each referral, event by event
    around.py     co-supports and agreements
    truth.py      what is true of the year that came out
    making.py     all of it, from one seed

Same year, seed, size, facts and directory: the same values. Nothing reads a clock or a random source of its own.
"""
