-- Ends a reservation with what was used.
-- KEYS: for each claim its counts and its reservations. ARGV: id; how long in ms it is remembered that it was settled; then for each claim the
-- seconds of its span, 1 if it slides, what was used.
-- It counts in the slot in which it was admitted. A reservation that is not there has run out: what was used counts now.

local now, id, memory = now_ms(), ARGV[1], tonumber(ARGV[2])

for i = 1, #KEYS / 2 do
  local a, counts, holds, hold = 2 + (i - 1) * 3, KEYS[2 * i - 1], KEYS[2 * i], id .. ':' .. i
  local scale, used = scale_of(ARGV[a + 1], ARGV[a + 2]), ARGV[a + 3]
  end_due(counts, holds, now)
  local held = redis.call('HGET', counts, 'r:' .. hold)
  if held ~= '-' then
    local slot, amount = string.match(held or '', '^(%d+):(%d+)$')
    if not slot then
      local bucket = open(counts, holds, scale, now)
      if used ~= '0' then redis.call('HINCRBY', counts, text(bucket.slot), used) end
    elseif redis.call('HEXISTS', counts, slot) == 1 then
      give_back(counts, slot, amount)
      redis.call('HINCRBY', counts, slot, used)
    end
    -- Remembered, so that a second time changes nothing, nor a reservation that comes after it was given up.
    redis.call('HSET', counts, 'r:' .. hold, '-')
    redis.call('ZADD', holds, text(now + memory), hold)
    keep(counts, holds, scale, memory)
  end
end
return 1
