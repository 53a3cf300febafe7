"""What the bot remembers. Its door are the public modules: plain functions that take a Database first.

records       frozen values that go in and out
database      opening, migrating, one process on SQLite
requests      what was accepted, with its job in one transaction
drafts, tips  know-how before and after its author's decision
search        finding tips, by an index derived from the database
conversations questions, and threads the bot has a part in
questions     what colleagues are asked, who has it too, which tips may answer it
settings      what people and admins chose
deliveries    posts, remembered before they are sent
spending      what the model cost
errors        what can go wrong

Private: _tables, _visibility (who may see a tip), _feed, _index, _analysis.
"""
