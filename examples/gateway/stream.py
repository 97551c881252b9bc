import sys

from cardstream import FeishuStreamingCard

with FeishuStreamingCard.start(chat_id=sys.argv[1], title="Python") as card:
    for word in "每个字都恰好出现一次 · every word exactly once 🌍".split(" "):
        card.append_markdown(word + " ")
    print(card.flush())
