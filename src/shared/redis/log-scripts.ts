/**
 * The steps of append logs, see `scripts.ts` for what all steps have in common. Text is kept as UTF-16 (little endian), so that its length
 * and its offsets are the API's.
 *
 * | key | content |
 * |---|---|
 * | `log:<log>` (hash) | `max` characters, `beside` used by items, `end` once it has ended, `told` the owner that knows of news |
 * | `txt:<log>` | text |
 * | `itm:<log>` (list) | items: characters before it, a colon, its body |
 */
const HEAD = `
local log, txt, itm = P .. 'log:' .. ARGV[1], P .. 'txt:' .. ARGV[1], P .. 'itm:' .. ARGV[1]
local n = redis.call('STRLEN', txt) / 2
local function keep(ms) for _, key in ipairs({log, txt, itm}) do redis.call('PEXPIRE', key, ms) end end
`;

/** Name of a step of logs. */
export type LogStep = "openLog" | "appendLog" | "readLog" | "logLength" | "forget";

/** Script bodies by step; ARGV in the comment. */
export const logBodies: Readonly<Record<LogStep, string>> = {
  /** log maxChars keepMs */
  openLog: `${HEAD}
local new = redis.call('HSETNX', log, 'max', ARGV[2])
if new == 1 then keep(ARGV[3]) end
return new`,
  /** log keepMs at|'' 'text' utf16 | log keepMs at|'' 'item' body chars ends */
  appendLog: `${HEAD}
local h = redis.call('HMGET', log, 'max', 'end', 'beside', 'told')
if not h[1] then return {'unknown', 0} end
local max = tonumber(h[1])
local at = ARGV[3] == '' and n or tonumber(ARGV[3])
if at > n then return {'gap', n} end
if ARGV[4] == 'text' then
  local text = ARGV[5]
  local known = math.min(#text / 2, n - at)
  if known > 0 and redis.call('GETRANGE', txt, at * 2, (at + known) * 2 - 1) ~= string.sub(text, 1, known * 2) then
    return {'conflict', n}
  end
  local added = string.sub(text, known * 2 + 1)
  if h[2] and (added ~= '' or ARGV[3] == '') then return {'ended', n} end
  if n + #added / 2 > max then return {'too-long', n} end
  if added ~= '' then n = redis.call('APPEND', txt, added) / 2 end
else
  if at ~= n then return {'gap', n} end
  if h[2] then return {'ended', n} end
  local beside = tonumber(h[3] or 0) + tonumber(ARGV[6])
  if beside > max then return {'too-long', n} end
  redis.call('RPUSH', itm, string.format('%.0f', n) .. ':' .. ARGV[5])
  redis.call('HSET', log, 'beside', beside)
  if ARGV[7] == '1' then redis.call('HSET', log, 'end', '1') end
end
if not h[2] then keep(ARGV[2]) end
local o = redis.call('HMGET', P .. 'own:' .. ARGV[1], 'sid', 'epoch')
if o[1] and h[4] ~= o[1] .. o[2] then
  redis.call('HSET', log, 'told', o[1] .. o[2])
  tell(o[1], 'l', ARGV[1])
end
return {'taken', n}`,
  /** log chars items → text, item, … */
  readLog: `${HEAD}
if redis.call('EXISTS', log) == 0 then return false end
redis.call('HDEL', log, 'told')
local out = {redis.call('GETRANGE', txt, ARGV[2] * 2, -1)}
for _, item in ipairs(redis.call('LRANGE', itm, ARGV[3], -1)) do out[#out + 1] = item end
return out`,
  /** log → characters, false */
  logLength: `${HEAD}
if redis.call('EXISTS', log) == 0 then return false end
return n`,
  /** log afterMs */
  forget: `${HEAD}
keep(ARGV[2])
redis.call('PEXPIRE', P .. 'note:' .. ARGV[1], ARGV[2])
redis.call('PEXPIRE', P .. 'own:' .. ARGV[1], ARGV[2])
return 1`,
};
