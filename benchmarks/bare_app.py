"""The alternative in `benchmarks.acks`: a Bolt app whose listener does nothing."""

import os
import threading

from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient


def main() -> None:
    client = WebClient(os.environ["SLACK_BOT_TOKEN"], base_url=os.environ["SLACK_API_URL"])
    app = App(client=client, signing_secret="none", token_verification_enabled=False)  # noqa: S106 - Socket Mode has none

    @app.event("message")
    def _nothing() -> None:
        """An empty listener."""

    SocketModeHandler(app, os.environ["SLACK_APP_TOKEN"]).connect()  # type: ignore[no-untyped-call] # Bolt's own
    threading.Event().wait()


if __name__ == "__main__":
    main()
