import { describe, expect, it } from "vitest";
import { describeAddress, readRedisAddress, RedisAddressError } from "../../src/shared/index.ts";

describe("address of a Redis", () => {
  it("has host, port, TLS, user, password and database, and is shown without who speaks", () => {
    const full = readRedisAddress("rediss://bot:p%40ss%3Aw@redis.example:6380/2");
    expect(full).toEqual({
      host: "redis.example",
      port: 6380,
      tls: true,
      username: "bot",
      password: "p@ss:w",
      database: 2,
    });
    expect(describeAddress(full)).toBe("rediss://redis.example:6380/2");
    expect(readRedisAddress("redis://[::1]")).toMatchObject({ host: "::1", port: 6379, tls: false, database: 0 });
    expect(describeAddress(readRedisAddress("redis://:secret@[::1]"))).toBe("redis://[::1]:6379");
  });

  it("names sentinels, their master, and who asks them", () => {
    const full = readRedisAddress(
      "rediss+sentinel://bot:p%40ss@one.example,[::1]:26380/my%20master/2?sentinel_username=watch&sentinel_password=a%26b",
    );
    expect(full).toEqual({
      sentinels: [
        { host: "one.example", port: 26_379 },
        { host: "::1", port: 26_380 },
      ],
      master: "my master",
      tls: true,
      username: "bot",
      password: "p@ss",
      database: 2,
      sentinelUsername: "watch",
      sentinelPassword: "a&b",
    });
    expect(describeAddress(full)).toBe("rediss+sentinel://one.example:26379,[::1]:26380/my%20master/2");
    expect(readRedisAddress("redis+sentinel://:pw@h:1/m")).toMatchObject({ password: "pw", database: 0, tls: false });
  });

  it.each([
    ["redis+sentinel://:hunter2@a:26379,b", /must name the master/u, "no-master"],
    ["redis+sentinel://:hunter2@a,b/m/0/1", /must name the master/u, "no-master"],
    ["redis+sentinel://:hunter2@a,,b/m", /is no URL|names no host/u, expect.stringMatching(/no-url|no-host/u)],
    ["redis+sentinel://a/m/x?sentinel_password=hunter2", /number of a database/u, "database"],
    ["redis+sentinel://a/m?password=hunter2", /no parameters but sentinel_username/u, "sentinel-parameters"],
    ["redis+sentinel://a/m?sentinel_username=hunter2", /names a user and no password/u, "no-password"],
    ["localhost:6379", /must begin with redis:\/\//u, "scheme"],
    ["no address", /is no URL/u, "no-url"],
    ["https://redis.example", /must begin with redis:\/\/ or rediss:\/\/, not with https:\/\//u, "scheme"],
    ["redis://:hunter2@redis.example/zero", /number of a database/u, "database"],
    ["redis://:hunter2@redis.example?tls=1", /no parameters/u, "parameters"],
    ["redis://:hunter2%@redis.example", /percent-encoded/u, "encoding"],
    ["redis://bot@redis.example", /names a user and no password/u, "no-password"],
    ["redis://", /names no host/u, "no-host"],
  ])("%s is refused with what is wrong and without a password", (text, expected, reason) => {
    const refused = (): unknown => readRedisAddress(text);
    expect(refused).toThrow(RedisAddressError);
    expect(refused).toThrow(expected);
    expect(refused).toThrow(expect.objectContaining({ reason }));
    expect(refused).not.toThrow(/hunter2/u);
  });
});
