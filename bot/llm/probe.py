"""Whether a model answers at all, for `python -m bot doctor`."""

_SECONDS = 20.0


def probe(api_key: str | None, base_url: str | None, model: str) -> str | None:
    """None when the model answers a word; else what is wrong, without secrets."""
    import httpx2  # noqa: PLC0415 - the SDK takes a second to load, and few commands talk to a model
    import openai  # noqa: PLC0415

    client = openai.OpenAI(
        api_key=api_key or "none", base_url=base_url, timeout=httpx2.Timeout(_SECONDS), max_retries=0
    )
    try:
        client.chat.completions.create(
            model=model, messages=[{"role": "user", "content": "Say ok."}], max_completion_tokens=50
        )
    except openai.AuthenticationError:
        return "the key is refused"
    except openai.NotFoundError:
        return f"there is no model {model}"
    except openai.APIStatusError as error:
        return f"the endpoint answers {error.status_code}"
    except (openai.APIError, httpx2.HTTPError):
        return "the endpoint cannot be reached"
    return None
