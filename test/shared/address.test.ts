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

  it.each([
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
