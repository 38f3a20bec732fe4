-- Settles what is named, and then reserves every amount or none.
-- ARGV: id; time to live in ms; number of claims; how long in ms it is remembered that something was settled; then for each claim the seconds of
-- its span, 1 if it slides, limit, amount, pool, 1 if it is in shadow mode; then what settling.lua says.
-- KEYS: for each claim its counts and its reservations; then those of the counters that are settled.
-- Returns 1 if everything is reserved, else 0; 1 if all is settled, else 0; then for each claim what remains, its wait in ms, and 1 if it found no
-- room.

local now, id, ttl, count, memory = now_ms(), ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
-- Up to here a sum of all claims is exact, and can be written with the reservation.
local EXACT_TOTAL = 2 ^ 53
local buckets, claims, has_room = {}, {}, {}

-- What is wrong with a counter that others have used is no reason to refuse this request.
local settled = 1
if KEYS[2 * count + 1] and not pcall(settle, 2 * count + 1, 5 + 6 * count, memory, now) then settled = 0 end

for i = 1, count do
  local a, counts = 4 + (i - 1) * 6, KEYS[2 * i - 1]
  local claim = { limit = tonumber(ARGV[a + 3]), amount = tonumber(ARGV[a + 4]), digits = ARGV[a + 4], pool = ARGV[a + 5], shadow = ARGV[a + 6] == '1' }
  -- Claims of one counter see each other, so it is opened once.
  local bucket = buckets[counts] or open(counts, KEYS[2 * i], scale_of(ARGV[a + 1], ARGV[a + 2]), now, 'r:' .. id .. ':1')
  buckets[counts], claims[i], claim.bucket = bucket, claim, bucket
  claim.exceeded = claim.amount > claim.limit - bucket.taken
  claim.wait = claim.exceeded and wait_for(bucket, claim.amount, claim.limit, now) or until_empty(bucket, now)
  if claim.pool ~= '0' and not claim.exceeded and not claim.shadow then has_room[claim.pool] = true end
  bucket.taken = bucket.taken + claim.amount
  bucket.amounts[bucket.scale.count] = bucket.amounts[bucket.scale.count] + claim.amount
end

local admitted = 1
for _, claim in ipairs(claims) do
  if claim.exceeded and not claim.shadow and not has_room[claim.pool] then admitted = 0 end
end
-- It was given up before it came: see settle.lua.
if claims[1].bucket.also then admitted = 0 end

local reply = { admitted, settled }
for i, claim in ipairs(claims) do
  local bucket, hold = claim.bucket, id .. ':' .. i
  if admitted == 1 then
    local slot, total = text(bucket.slot), bucket.amounts[bucket.scale.count]
    local held = slot .. ':' .. claim.digits
    if total < EXACT_TOTAL then
      redis.call('HSET', bucket.counts, slot, text(total), 'r:' .. hold, held)
    else
      redis.call('HINCRBY', bucket.counts, slot, claim.digits)
      redis.call('HSET', bucket.counts, 'r:' .. hold, held)
    end
    redis.call('ZADD', bucket.holds, text(now + ttl), hold)
  else
    bucket.taken = bucket.taken - claim.amount
  end
  keep(bucket.counts, bucket.holds, bucket.scale, ttl, now, bucket.until_then)
end
for _, claim in ipairs(claims) do
  reply[#reply + 1] = math.max(0, claim.limit - claim.bucket.taken)
  reply[#reply + 1] = math.ceil(claim.wait)
  reply[#reply + 1] = claim.exceeded and 1 or 0
end
return reply
