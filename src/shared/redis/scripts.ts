import { logBodies } from "./log-scripts.ts";
import type { LogStep } from "./log-scripts.ts";

/**
 * The steps of the shared state as scripts of Redis: each is atomic, takes its time from Redis, and first asks whether its caller's session
 * lives. KEYS[1] is the prefix of all keys, which holds the app in braces: all keys of one app are in one slot of a cluster.
 *
 * | key | content |
 * |---|---|
 * | `sess` (sorted set) | session, the ms of Redis's clock until which it is respected |
 * | `dying` (set) | sessions that others take over from |
 * | `who` (hash) | what each session's process says of itself |
 * | `dd:<key>` | an event that was stored |
 * | `lane:<chat>` (stream) | what waits in a chat |
 * | `own:<chat>` (hash) | `sid`, `epoch` of its owner |
 * | `owned:<session>` (set) | chats of a session |
 * | `note:<chat>` (hash) | notes |
 * | `in:<session>` (stream) | what is told to a session |
 * | `once:<key>` | what may be done once |
 * | `rate:<name>` (hash) | tokens of each bucket, when they were counted, and its rule |
 * | `rates` (sorted set) | names of `rate:<name>` and when they were counted last |
 * | `ask:<name>` (hash), `askers` (sorted set) | who asks for how many calls, and when; who has asked for anything |
 */
const HEAD = `
local P = KEYS[1]
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
local function lives(sid) return redis.call('ZSCORE', P .. 'sess', sid) end
local function own(chat, sid, least)
  local key = P .. 'own:' .. chat
  local epoch = math.max(now, tonumber(redis.call('HGET', key, 'epoch') or 0) + 1, least or 0)
  redis.call('HSET', key, 'sid', sid, 'epoch', string.format('%.0f', epoch))
  redis.call('PERSIST', key)
  redis.call('SADD', P .. 'owned:' .. sid, chat)
  return string.format('%.0f', epoch)
end
local function held(chat, sid, epoch)
  if not lives(sid) then return false end
  local o = redis.call('HMGET', P .. 'own:' .. chat, 'sid', 'epoch')
  return o[1] == sid and o[2] == epoch
end
local function note(chat, keep, from)
  local key = P .. 'note:' .. chat
  for i = from, #ARGV, 3 do
    if ARGV[i + 1] == '1' then redis.call('HSET', key, ARGV[i], ARGV[i + 2]) else redis.call('HDEL', key, ARGV[i]) end
  end
  if #ARGV >= from then redis.call('PEXPIRE', key, keep) end
end
local function entries(chat, from, count)
  local out = {}
  for _, e in ipairs(redis.call('XRANGE', P .. 'lane:' .. chat, from, '+', 'COUNT', count)) do
    out[#out + 1] = e[1]
    out[#out + 1] = e[2][2]
  end
  return out
end
local function tell(sid, field, value)
  redis.call('XADD', P .. 'in:' .. sid, 'MAXLEN', '~', 10000, '*', field, value)
  redis.call('PEXPIRE', P .. 'in:' .. sid, 3600000)
end
`;

/** Script bodies by step; ARGV in the comment. */
const bodies = {
  /** sid forMs process|'' */
  join: `
redis.call('ZADD', P .. 'sess', now + ARGV[2], ARGV[1])
if ARGV[3] ~= '' then redis.call('HSET', P .. 'who', ARGV[1], ARGV[3]) end
return 1`,
  /** sid forMs */
  renew: `
if not lives(ARGV[1]) then return 0 end
redis.call('ZADD', P .. 'sess', now + ARGV[2], ARGV[1])
return 1`,
  /** sid */
  leave: `
if redis.call('ZREM', P .. 'sess', ARGV[1]) == 1 then redis.call('SADD', P .. 'dying', ARGV[1]) end
return 1`,
  /** → each a list: sid, ms left or '', process or '', chat, waiting, … */
  sessions: `
local out = {}
local function add(sid, left)
  local one = {sid, left, redis.call('HGET', P .. 'who', sid) or ''}
  for _, chat in ipairs(redis.call('SMEMBERS', P .. 'owned:' .. sid)) do
    one[#one + 1] = chat
    one[#one + 1] = string.format('%.0f', redis.call('XLEN', P .. 'lane:' .. chat))
  end
  out[#out + 1] = one
end
local all = redis.call('ZRANGE', P .. 'sess', 0, -1, 'WITHSCORES')
for i = 1, #all, 2 do add(all[i], string.format('%.0f', all[i + 1] - now)) end
for _, sid in ipairs(redis.call('SMEMBERS', P .. 'dying')) do add(sid, '') end
return out`,
  /** sid chat key body rememberMs maxWaiting count → outcome, owner, epoch, and of a chat that was nobody's: notes, entries */
  accept: `
local sid, chat = ARGV[1], ARGV[2]
if not lives(sid) then return {'lost'} end
local lane = P .. 'lane:' .. chat
local what = 'duplicate'
if redis.call('EXISTS', P .. 'dd:' .. ARGV[3]) == 0 then
  if redis.call('XLEN', lane) >= tonumber(ARGV[6]) then return {'full'} end
  redis.call('SET', P .. 'dd:' .. ARGV[3], '1', 'PX', ARGV[5])
  redis.call('XADD', lane, '*', 'b', ARGV[4])
  what = 'taken'
end
if redis.call('XLEN', lane) == 0 then return {what} end
local o = redis.call('HMGET', P .. 'own:' .. chat, 'sid', 'epoch')
if not o[1] then
  return {what, sid, own(chat, sid), redis.call('HGETALL', P .. 'note:' .. chat), entries(chat, '-', ARGV[7])}
end
if o[1] ~= sid then tell(o[1], 'c', chat) end
return {what, o[1], o[2]}`,
  /** key rememberMs */
  know: `
redis.call('SET', P .. 'dd:' .. ARGV[1], '1', 'PX', ARGV[2])
return 1`,
  /** sid chat epoch after count → false, or id, body, … */
  read: `
if not held(ARGV[2], ARGV[1], ARGV[3]) then return false end
return entries(ARGV[2], '(' .. ARGV[4], ARGV[5])`,
  /** sid chat epoch keepMs entry notes… */
  finish: `
local chat = ARGV[2]
if not held(chat, ARGV[1], ARGV[3]) then return 'fenced' end
redis.call('XDEL', P .. 'lane:' .. chat, ARGV[5])
note(chat, ARGV[4], 6)
if redis.call('XLEN', P .. 'lane:' .. chat) > 0 then return 'more' end
redis.call('DEL', P .. 'lane:' .. chat)
redis.call('HDEL', P .. 'own:' .. chat, 'sid')
redis.call('PEXPIRE', P .. 'own:' .. chat, ARGV[4])
redis.call('SREM', P .. 'owned:' .. ARGV[1], chat)
return 'released'`,
  /** sid chat epoch keepMs notes… */
  write: `
if not held(ARGV[2], ARGV[1], ARGV[3]) then return 0 end
note(ARGV[2], ARGV[4], 5)
return 1`,
  /** sid chat epoch → false, 'released' or epoch */
  raise: `
local sid, chat = ARGV[1], ARGV[2]
if not lives(sid) then return false end
local o = redis.call('HMGET', P .. 'own:' .. chat, 'sid', 'epoch')
local forgotten = not o[1] and tonumber(o[2] or 0) < tonumber(ARGV[3])
if not o[1] and o[2] == ARGV[3] then return 'released' end
if o[1] ~= sid and not forgotten then return false end
return own(chat, sid, tonumber(ARGV[3]) + 1)`,
  /** sid batch → chat, epoch, … */
  reap: `
local me = ARGV[1]
if not lives(me) then return {} end
local out = {}
repeat
  local dead = redis.call('SRANDMEMBER', P .. 'dying')
  if not dead then
    for _, sid in ipairs(redis.call('ZRANGEBYSCORE', P .. 'sess', '-inf', now, 'LIMIT', 0, 2)) do
      if sid ~= me then dead = sid end
    end
    if not dead then return out end
    redis.call('ZREM', P .. 'sess', dead)
    redis.call('SADD', P .. 'dying', dead)
  end
  local from = P .. 'owned:' .. dead
  for _, chat in ipairs(redis.call('SPOP', from, ARGV[2])) do
    if redis.call('HGET', P .. 'own:' .. chat, 'sid') == dead then
      out[#out + 1] = chat
      out[#out + 1] = own(chat, me)
    end
  end
  if redis.call('SCARD', from) == 0 then
    redis.call('SREM', P .. 'dying', dead)
    redis.call('HDEL', P .. 'who', dead)
    redis.call('DEL', P .. 'in:' .. dead)
  end
until #out > 0
return out`,
  /** sid → chat, epoch, … */
  claims: `
local out = {}
for _, chat in ipairs(redis.call('SMEMBERS', P .. 'owned:' .. ARGV[1])) do
  local o = redis.call('HMGET', P .. 'own:' .. chat, 'sid', 'epoch')
  if o[1] == ARGV[1] then
    out[#out + 1] = chat
    out[#out + 1] = o[2]
  end
end
return out`,
  /** by name want made askerMs demandMs askAgainMs burst perSecond … → granted, ms to wait, processes. As `MemoryBuckets` does. */
  lease: `
local by, name, want, made = ARGV[1], ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4])
redis.call('ZADD', P .. 'askers', now, by)
redis.call('ZREMRANGEBYSCORE', P .. 'askers', '-inf', now - ARGV[5])
local ask, rate = P .. 'ask:' .. name, P .. 'rate:' .. name
local tokens, levels, slowest, full = 1e9, {}, 1e9, true
for i = 8, #ARGV, 2 do
  local burst, per = tonumber(ARGV[i]), tonumber(ARGV[i + 1])
  local l = redis.call('HMGET', rate, 't' .. i, 'a' .. i)
  levels[i] = math.min(burst, tonumber(l[1] or burst) + (now - tonumber(l[2] or now)) * per / 1000 - made)
  tokens = math.min(tokens, levels[i])
  slowest = math.min(slowest, per)
  full = full and levels[i] >= burst
end
tokens = math.max(0, tokens)
local before, total, spare, others = 0, want, tokens, {}
local all = redis.call('HGETALL', ask)
for i = 1, #all, 2 do
  local n, credit, at = string.match(all[i + 1], '^(%S+) (%S+) (%S+)$')
  if tonumber(at) <= now - ARGV[6] then
    redis.call('HDEL', ask, all[i])
  else
    spare = spare - credit
    if all[i] == by then before = tonumber(credit) else
      total = total + n
      others[#others + 1] = {all[i], tonumber(n), tonumber(credit), at}
    end
  end
end
spare = math.max(0, spare)
local function part(wanted, credit) return math.min(wanted, credit + spare * wanted / total) end
for _, o in ipairs(others) do
  redis.call('HSET', ask, o[1], string.format('%d %.6f %s', o[2], part(o[2], o[3]), o[4]))
end
local credit = 0
if want > 0 then credit = part(want, before) end
local least = (full and want > 0) and 1 or 0
local granted = math.floor(math.min(math.max(credit, least), tokens) + 1e-6)
for i = 8, #ARGV, 2 do
  redis.call('HSET', rate, 't' .. i, string.format('%.6f', levels[i] - granted), 'a' .. i, string.format('%.0f', now), 'b' .. i, ARGV[i], 'p' .. i, ARGV[i + 1])
end
redis.call('ZADD', P .. 'rates', now, name)
local wait = 0
if granted < want then
  redis.call('HSET', ask, by, string.format('%d %.6f %.0f', want - granted, math.max(0, credit - granted), now))
  wait = math.min(ARGV[7], math.ceil((1 - credit + granted) * 1000 * total / (slowest * want)))
else
  redis.call('HDEL', ask, by)
end
for _, key in ipairs({ask, rate, P .. 'askers', P .. 'rates'}) do redis.call('PEXPIRE', key, 600000) end
return {string.format('%.0f', granted), string.format('%.0f', wait), tostring(redis.call('ZCARD', P .. 'askers'))}`,
  /** tellMs demandMs → each a list: name, waiting, left, burst, per second, … */
  budgets: `
redis.call('ZREMRANGEBYSCORE', P .. 'rates', '-inf', now - ARGV[1])
local out = {}
for _, name in ipairs(redis.call('ZRANGE', P .. 'rates', 0, -1)) do
  local waiting = 0
  for _, one in ipairs(redis.call('HVALS', P .. 'ask:' .. name)) do
    local n, at = string.match(one, '^(%S+) %S+ (%S+)$')
    if tonumber(at) > now - ARGV[2] then waiting = waiting + n end
  end
  local one = {name, string.format('%.0f', waiting)}
  local i = 8
  while true do
    local l = redis.call('HMGET', P .. 'rate:' .. name, 't' .. i, 'a' .. i, 'b' .. i, 'p' .. i)
    if not l[1] or not l[3] then break end
    local left = math.floor(math.max(0, math.min(tonumber(l[3]), l[1] + (now - l[2]) * l[4] / 1000)))
    one[#one + 1] = string.format('%.0f', left)
    one[#one + 1] = l[3]
    one[#one + 1] = l[4]
    i = i + 2
  end
  out[#out + 1] = one
end
return out`,
  /** to body */
  send: `
if lives(ARGV[1]) then tell(ARGV[1], 'm', ARGV[2]) end
return 1`,
} as const;

/** Name of one step. */
export type ScriptName = keyof typeof bodies | LogStep;

const all: Readonly<Record<ScriptName, string>> = { ...bodies, ...logBodies };

/** The whole text of a step's script. */
export const scriptText = (name: ScriptName): string => `${HEAD}${all[name]}`;
