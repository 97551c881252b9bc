<?php

declare(strict_types=1);

/** The gateway refused a call. `$expectedOffset` says where to go on. */
final class CardstreamException extends RuntimeException
{
    public function __construct(
        public readonly int $status,
        public readonly string $errorCode,
        string $message,
        public readonly ?int $expectedOffset = null,
    ) {
        parent::__construct("$errorCode: $message");
    }
}

/** One Feishu card that grows while it is written, through the cardstream gateway. PHP 8.1 or newer, no extensions but json. */
final class FeishuStreamingCard
{
    private int $offset = 0;
    private string $id;

    private function __construct(private string $gateway, private string $token, array $body)
    {
        // The key makes opening repeatable: after a lost answer the same card is found again.
        $this->id = $this->call('', ['key' => bin2hex(random_bytes(16))] + $body)['id'];
    }

    public static function start(
        string $chatId,
        ?string $title = null,
        ?string $instance = null,
        ?string $gateway = null,
        ?string $token = null,
    ): self {
        $token ??= (string) getenv('CARDSTREAM_GATEWAY_TOKEN');
        if ($token === '') {
            $message = 'set CARDSTREAM_GATEWAY_TOKEN to the token that the gateway prints when it starts';
            throw new CardstreamException(401, 'unauthorized', $message);
        }

        return new self(
            rtrim($gateway ?? (getenv('CARDSTREAM_GATEWAY') ?: 'http://127.0.0.1:7339'), '/'),
            $token,
            array_filter(
                ['chat_id' => $chatId, 'title' => $title, 'instance' => $instance],
                static fn ($value) => $value !== null,
            ),
        );
    }

    /** Adds text. Returns when the gateway has taken it, which is long before it is visible. */
    public function appendMarkdown(string $text): self
    {
        $this->offset = $this->call("/$this->id/append", ['text' => $text, 'offset' => $this->offset])['offset'];

        return $this;
    }

    /** Shows one line that says what is going on; null clears it. */
    public function status(?string $text): self
    {
        $this->call("/$this->id/update", ['status' => $text]);

        return $this;
    }

    /** Waits until everything so far is visible; gives the number of visible characters. */
    public function flush(): int
    {
        return $this->call("/$this->id/flush", [])['acknowledged'];
    }

    /** Ends the card and gives the result: `delivered` of `total` characters are visible. */
    public function finalize(?string $footer = null): array
    {
        $body = ['offset' => $this->offset] + ($footer === null ? [] : ['footer' => $footer]);

        return $this->call("/$this->id/finalize", $body)['result'];
    }

    /** Ends the card as failed; it keeps its text. */
    public function fail(?string $message = null): array
    {
        return $this->call("/$this->id/fail", $message === null ? [] : ['message' => $message])['result'];
    }

    private function call(string $path, array $body, int $attempts = 4): array
    {
        for ($attempt = 1; ; $attempt++) {
            $context = stream_context_create(['http' => [
                'method' => 'POST',
                'header' => "Authorization: Bearer $this->token\r\nContent-Type: application/json",
                'content' => json_encode((object) $body, JSON_THROW_ON_ERROR | JSON_UNESCAPED_UNICODE),
                'timeout' => 150,
                'ignore_errors' => true,
            ]]);
            $stream = @fopen("$this->gateway/gateway/feishu/streams$path", 'r', false, $context);
            $status = $stream ? (int) explode(' ', stream_get_meta_data($stream)['wrapper_data'][0])[1] : 0;
            $answer = $stream ? (string) stream_get_contents($stream) : '';
            if ($status >= 200 && $status < 300) {
                return json_decode($answer, true, 64, JSON_THROW_ON_ERROR);
            }
            // 0: the fate is unknown. Every call here may be repeated.
            if (!in_array($status, [0, 429, 502, 503], true) || $attempt === $attempts) {
                $error = json_decode($answer, true)['error'] ?? [];
                throw new CardstreamException(
                    $status,
                    $error['code'] ?? 'unreachable',
                    $error['message'] ?? "no gateway answers at $this->gateway; start it with `cardstream gateway`",
                    $error['expected_offset'] ?? null,
                );
            }
            usleep(250_000 * 2 ** $attempt);
        }
    }
}
