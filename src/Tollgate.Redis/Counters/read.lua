-- How much of a counter is taken. KEYS: its counts and its reservations. ARGV: the seconds of its span, 1 if it slides.
return text(open(KEYS[1], KEYS[2], scale_of(ARGV[1], ARGV[2]), now_ms()).taken)
