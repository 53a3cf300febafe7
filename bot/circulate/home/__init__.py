"""Home: one place to lean on, made of sections. A new section is a function of its subject's, named in `sections`."""
