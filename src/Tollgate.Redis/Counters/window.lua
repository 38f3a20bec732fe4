-- How a span of time is cut into slots, and what a counter holds. The other scripts begin with this one. The slots are those of counters in
-- memory: a fixed span is one slot, a sliding one is 20 and the one that has begun.
--
-- A counter is a hash: a field for each slot (its number, with the amount), "n" for the newest slot, "k" for the time up to which it lives at least,
-- and "r:ID" for each reservation, with "SLOT:AMOUNT", or "-" once it is settled. Beside it a sorted set has the reservations by the time when they end (in ms).

local PARTS = 20
local DAY = 86400000
local SLIDING_MONTH = 30 * DAY
local MARGIN = 120000

-- Whole numbers as text: Lua's own way would write large ones with an exponent.
local function text(number) return string.format('%.0f', number) end

local function now_ms()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end

-- Days since 1970 to months since year 0 and back, after http://howardhinnant.github.io/date_algorithms.html
local function month_of(ms)
  local days = math.floor(ms / DAY) + 719468
  local era = math.floor(days / 146097)
  local doe = days - era * 146097
  local yoe = math.floor((doe - math.floor(doe / 1460) + math.floor(doe / 36524) - math.floor(doe / 146096)) / 365)
  local mp = math.floor((5 * (doe - (365 * yoe + math.floor(yoe / 4) - math.floor(yoe / 100))) + 2) / 153)
  local month = mp < 10 and mp + 3 or mp - 9
  local year = yoe + era * 400 + (month <= 2 and 1 or 0)
  return year * 12 + month - 1
end

local function start_of_month(number)
  local year, month = math.floor(number / 12), number % 12 + 1
  if month <= 2 then year = year - 1 end
  local era = math.floor(year / 400)
  local yoe = year - era * 400
  local doy = math.floor((153 * (month > 2 and month - 3 or month + 9) + 2) / 5)
  return (era * 146097 + yoe * 365 + math.floor(yoe / 4) - math.floor(yoe / 100) + doy - 719468) * DAY
end

-- seconds: of the span, 0 for a month. sliding: '1' or '0'.
local function scale_of(seconds, sliding)
  local span = tonumber(seconds) * 1000
  local is_sliding = sliding == '1'
  local scale = { span = span > 0 and span or SLIDING_MONTH, count = is_sliding and PARTS + 1 or 1 }
  scale.length = is_sliding and scale.span / PARTS or span
  return scale
end

local function slot_at(scale, ms) return scale.length > 0 and math.floor(ms / scale.length) or month_of(ms) end

local function start_of(scale, slot) return scale.length > 0 and slot * scale.length or start_of_month(slot) end

-- Keys live a little longer than what they hold counts. until_then: the field "k", up to when they are known to live.
local function keep(counts, holds, scale, longer, now, until_then)
  local life = math.ceil(scale.span + (scale.count > 1 and scale.length or scale.span) + longer + MARGIN)
  if until_then and tonumber(until_then) - now >= life - MARGIN / 2 then return end
  redis.call('PEXPIRE', counts, text(life))
  -- While nothing was reserved there is no set: it is to be told when there is.
  if redis.call('PEXPIRE', holds, text(life)) == 1 then redis.call('HSET', counts, 'k', text(now + life)) end
end

-- Takes back what a reservation holds, where its slot still counts.
local function give_back(counts, slot, amount)
  if amount ~= '0' and redis.call('HEXISTS', counts, slot) == 1 then redis.call('HINCRBY', counts, slot, '-' .. amount) end
end

-- Reservations whose time is over give back what they hold. Once for each counter: the time of a script stands still.
local ended = {}

local function end_due(counts, holds, now)
  if ended[counts] then return end
  ended[counts] = true
  local due
  repeat
    due = redis.call('ZRANGEBYSCORE', holds, '-inf', text(now), 'LIMIT', '0', '100')
    if #due > 0 then
      local fields = {}
      for i, id in ipairs(due) do fields[i] = 'r:' .. id end
      for _, held in ipairs(redis.call('HMGET', counts, unpack(fields))) do
        local slot, amount = string.match(held or '', '^(%d+):(%d+)$')
        if slot then give_back(counts, slot, amount) end
      end
      redis.call('HDEL', counts, unpack(fields))
      redis.call('ZREM', holds, unpack(due))
      -- An empty set is gone, and with it how long it was to live.
      if redis.call('EXISTS', holds) == 0 then redis.call('HDEL', counts, 'k') end
    end
  until #due < 100
end

-- A counter as it is now, and one more field of its hash if it is named. A clock that goes backwards stays in the newest slot.
local function open(counts, holds, scale, now, also)
  end_due(counts, holds, now)
  local slot, newest, found = slot_at(scale, now)
  repeat
    slot = math.max(slot, newest or -1)
    local fields = { also or 'n', 'n', 'k' }
    for i = 1, scale.count do fields[i + 3] = text(slot - scale.count + i) end
    found = redis.call('HMGET', counts, unpack(fields))
    newest = tonumber(found[2] or '-1')
  until newest <= slot
  if newest >= 0 then
    for old = newest - scale.count + 1, math.min(newest, slot - scale.count) do redis.call('HDEL', counts, text(old)) end
  end
  if slot ~= newest then redis.call('HSET', counts, 'n', text(slot)) end
  local amounts, taken = {}, 0
  for i = 1, scale.count do
    amounts[i] = tonumber(found[i + 3] or '0')
    taken = taken + amounts[i]
  end
  return { counts = counts, holds = holds, scale = scale, slot = slot, amounts = amounts, taken = taken, also = found[1], until_then = found[3] }
end

-- How long until an amount has room if nothing else comes or goes, in ms: at the latest when the whole span is over.
local function wait_for(bucket, amount, limit, now)
  local missing, i = amount - (limit - bucket.taken), 0
  repeat
    i = i + 1
    missing = missing - bucket.amounts[i]
  until missing <= 0 or i == bucket.scale.count
  return math.max(0, start_of(bucket.scale, bucket.slot + i) - now)
end

local function until_empty(bucket, now)
  if bucket.scale.count > 1 then return bucket.scale.span end
  return math.max(0, start_of(bucket.scale, bucket.slot + 1) - now)
end
