-- How a span of time is cut into slots, and what a counter holds. The other scripts begin with this one. The slots are those of counters in
-- memory: a fixed span is one slot, a sliding one is 20 and the one that has begun.
--
-- A counter is a hash: a field for each slot (its number, with the amount), "n" for the newest slot, and "r:ID" for each reservation, with
-- "SLOT:AMOUNT", or "-" once it is settled. Beside it a sorted set has the reservations by the time when they end (in ms).

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

-- Keys live a little longer than what they hold counts.
local function keep(counts, holds, scale, longer)
  local life = text(math.ceil(scale.span + (scale.count > 1 and scale.length or scale.span) + longer + MARGIN))
  for _, key in ipairs({ counts, holds }) do
    if redis.call('PTTL', key) < tonumber(life) - MARGIN / 2 then redis.call('PEXPIRE', key, life) end
  end
end

-- Takes back what a reservation holds, where its slot still counts.
local function give_back(counts, slot, amount)
  if amount ~= '0' and redis.call('HEXISTS', counts, slot) == 1 then redis.call('HINCRBY', counts, slot, '-' .. amount) end
end

-- Reservations whose time is over give back what they hold.
local function end_due(counts, holds, now)
  while true do
    local due = redis.call('ZRANGEBYSCORE', holds, '-inf', text(now), 'LIMIT', '0', '100')
    for _, id in ipairs(due) do
      local slot, amount = string.match(redis.call('HGET', counts, 'r:' .. id) or '-', '^(%d+):(%d+)$')
      if slot then give_back(counts, slot, amount) end
      redis.call('HDEL', counts, 'r:' .. id)
      redis.call('ZREM', holds, id)
    end
    if #due < 100 then return end
  end
end

-- A counter as it is now. A clock that goes backwards stays in the newest slot.
local function open(counts, holds, scale, now)
  end_due(counts, holds, now)
  local newest = tonumber(redis.call('HGET', counts, 'n') or '-1')
  local slot = math.max(slot_at(scale, now), newest)
  if newest >= 0 then
    for old = newest - scale.count + 1, math.min(newest, slot - scale.count) do redis.call('HDEL', counts, text(old)) end
  end
  if slot ~= newest then redis.call('HSET', counts, 'n', text(slot)) end
  local fields = {}
  for i = 1, scale.count do fields[i] = text(slot - scale.count + i) end
  local amounts, taken = redis.call('HMGET', counts, unpack(fields)), 0
  for i = 1, scale.count do
    amounts[i] = tonumber(amounts[i] or '0')
    taken = taken + amounts[i]
  end
  return { counts = counts, holds = holds, scale = scale, slot = slot, amounts = amounts, taken = taken }
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
