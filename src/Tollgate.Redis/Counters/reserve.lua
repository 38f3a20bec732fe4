-- Reserves every amount or none.
-- KEYS: for each claim its counts and its reservations. ARGV: id; time to live in ms; then for each claim the seconds of its span, 1 if it
-- slides, limit, amount, pool, 1 if it is in shadow mode.
-- Returns 1 if everything is reserved, else 0; then for each claim what remains, its wait in ms, and 1 if it found no room.

local now, id, ttl = now_ms(), ARGV[1], tonumber(ARGV[2])
local buckets, claims, has_room = {}, {}, {}

for i = 1, #KEYS / 2 do
  local a, counts = 2 + (i - 1) * 6, KEYS[2 * i - 1]
  local claim = { limit = tonumber(ARGV[a + 3]), amount = tonumber(ARGV[a + 4]), digits = ARGV[a + 4], pool = ARGV[a + 5], shadow = ARGV[a + 6] == '1' }
  -- Claims of one counter see each other, so it is opened once.
  local bucket = buckets[counts] or open(counts, KEYS[2 * i], scale_of(ARGV[a + 1], ARGV[a + 2]), now)
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
if redis.call('HEXISTS', KEYS[1], 'r:' .. id .. ':1') == 1 then admitted = 0 end

local reply = { admitted }
for i, claim in ipairs(claims) do
  local bucket, hold = claim.bucket, id .. ':' .. i
  if admitted == 1 then
    redis.call('HINCRBY', bucket.counts, text(bucket.slot), claim.digits)
    redis.call('HSET', bucket.counts, 'r:' .. hold, text(bucket.slot) .. ':' .. claim.digits)
    redis.call('ZADD', bucket.holds, text(now + ttl), hold)
  else
    bucket.taken = bucket.taken - claim.amount
  end
  keep(bucket.counts, bucket.holds, bucket.scale, ttl)
end
for _, claim in ipairs(claims) do
  reply[#reply + 1] = math.max(0, claim.limit - claim.bucket.taken)
  reply[#reply + 1] = math.ceil(claim.wait)
  reply[#reply + 1] = claim.exceeded and 1 or 0
end
return reply
