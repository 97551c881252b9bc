import sys

from cardstream import CardstreamError, FeishuStreamingCard

try:
    card = FeishuStreamingCard.start(chat_id=sys.argv[1], title="Python")
    for word in "每个字都恰好出现一次 · every word exactly once 🌍".split(" "):
        card.append_markdown(word + " ")
    result = card.finalize()
except (CardstreamError, OSError) as error:
    sys.exit(str(error))
print(f"{result['delivered']}/{result['total']}")
if result["error"] is not None:
    sys.exit(result["error"])
