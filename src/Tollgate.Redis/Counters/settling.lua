-- Ends reservations with what was used, several at once: most of what a script costs it costs once.
-- ARGV from a certain place on, for each counter: the seconds of its span, 1 if it slides, how many reservations; then for each its id and what
-- was used. KEYS from a certain place on: for each counter its counts and its reservations.
-- It counts in the slot in which it was admitted. A reservation that is not there has run out: what was used counts now.

-- Sums of so many digits are exact here, whatever their number.
local EXACT = 14

-- Settled ones are forgotten together, once in so many ms: to end one by itself costs as much.
local TOGETHER = 100

local function settle_counter(counts, holds, scale, first, count, memory, now)
  end_due(counts, holds, now)
  local fields, slots, amounts, own = {}, {}, {}, nil
  for i = 1, count do fields[i] = 'r:' .. ARGV[first + 2 * i - 2] end
  fields[count + 1] = 'k'
  local held = redis.call('HMGET', counts, unpack(fields))
  for i = 1, count do
    slots[i], amounts[i] = string.match(held[i] or '', '^(%d+):(%d+)$')
    if not slots[i] and held[i] ~= '-' then own = own or text(open(counts, holds, scale, now).slot) end
  end

  local forgotten = text(math.ceil((now + memory) / TOGETHER) * TOGETHER)
  local changes, exists, marks, times, met = {}, {}, {}, {}, {}
  if own then exists[own] = true end
  for i = 1, count do
    local id, used = ARGV[first + 2 * i - 2], ARGV[first + 2 * i - 1]
    if held[i] ~= '-' and not met[id] then
      met[id] = true
      local slot, amount = slots[i] or own, amounts[i] or '0'
      if used ~= amount then
        if exists[slot] == nil then exists[slot] = redis.call('HEXISTS', counts, slot) == 1 end
        if exists[slot] and #used <= EXACT and #amount <= EXACT then
          changes[slot] = (changes[slot] or 0) + tonumber(used) - tonumber(amount)
        elseif exists[slot] then
          give_back(counts, slot, amount)
          redis.call('HINCRBY', counts, slot, used)
        end
      end
      -- Remembered, so that a second time changes nothing, nor a reservation that comes after it was given up.
      marks[#marks + 1], marks[#marks + 2] = fields[i], '-'
      times[#times + 1], times[#times + 2] = forgotten, id
    end
  end
  if #marks == 0 then return end
  for slot, change in pairs(changes) do
    if change ~= 0 then redis.call('HINCRBY', counts, slot, text(change)) end
  end
  redis.call('HSET', counts, unpack(marks))
  redis.call('ZADD', holds, unpack(times))
  keep(counts, holds, scale, memory, now, held[count + 1])
end

local function settle(key, argument, memory, now)
  while KEYS[key] do
    local count = tonumber(ARGV[argument + 2])
    settle_counter(KEYS[key], KEYS[key + 1], scale_of(ARGV[argument], ARGV[argument + 1]), argument + 3, count, memory, now)
    key, argument = key + 2, argument + 3 + 2 * count
  end
end
