"""Little work for organisers: the hosts' queue and turns, whether tips still hold, what is one, what is retired."""
