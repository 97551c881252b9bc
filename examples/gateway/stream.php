<?php

declare(strict_types=1);

require __DIR__ . '/FeishuStreamingCard.php';

try {
    $card = FeishuStreamingCard::start(chatId: $argv[1], title: 'PHP');
    foreach (explode(' ', '每个字都恰好出现一次 · every word exactly once 🌍') as $word) {
        $card->appendMarkdown("$word ");
    }
    $result = $card->finalize();
} catch (CardstreamException $error) {
    fwrite(STDERR, "{$error->getMessage()}\n");
    exit(1);
}
echo "{$result['delivered']}/{$result['total']}\n";
if ($result['error'] !== null) {
    fwrite(STDERR, "{$result['error']}\n");
    exit(1);
}
