"""Keys and tokens that are known by their shape, as their issuers document it.

The shapes were compared with gitleaks' rules (MIT). They are looked for only inside long runs of the characters that
keys are made of, so prose costs nothing.
"""

import re
from collections.abc import Iterator

from bot.trust.redaction.kinds import Kind, Span

_RUN = re.compile(r"[A-Za-z0-9_\-.+/=~:|%@]{16,}")
_START = r"(?:(?<![A-Za-z0-9_\-])|(?<=/bot))"  # api.telegram.org/bot<token>
_KEYS = (
    r"sk-(?:proj-|svcacct-|admin-|None-|ant-(?:api|admin|oat)\d\d-|or-v1-|lf-|litellm-)?[A-Za-z0-9_\-]{20,}",  # LLMs
    r"(?:AKIA|ASIA|AGPA|AIDA|AROA|ABIA|ACCA)[A-Z0-9]{16}(?![A-Z0-9])",  # AWS
    r"ABSK[A-Za-z0-9+/]{80,}={0,2}|bedrock-api-key-[A-Za-z0-9+/=]{20,}",  # AWS Bedrock
    r"AIza[A-Za-z0-9_\-]{35}",  # Google
    r"(?:sk|rk|pk)_(?:live|test|prod)_[A-Za-z0-9]{16,}|whsec_[A-Za-z0-9+/=]{24,}",  # Stripe, Clerk, Svix
    r"SG\.[A-Za-z0-9_\-]{16,}\.[A-Za-z0-9_\-]{16,}",  # SendGrid
    r"key-[0-9a-f]{32}(?![0-9a-f])",  # Mailgun
    r"[0-9a-f]{32}-us\d{1,2}(?!\d)|xkeysib-[a-f0-9]{64}-[A-Za-z0-9]{16}",  # Mailchimp, Brevo
    r"SK[0-9a-f]{32}(?![0-9a-f])",  # Twilio
    r"(?:gsk|xai|r8|pplx|nvapi|tvly|pcsk|hyp|e2b|csk|jina|voyage|pa)[_\-][A-Za-z0-9_\-]{24,}",  # more LLMs
    r"sk_[0-9a-f]{48}|fc-[0-9a-f]{32}|pk-lf-[0-9a-f\-]{36}|lsv2_(?:pt|sk)_[0-9a-f]{32}_[0-9a-f]{10}",  # … and tools
    r"lin_(?:api|oauth)_[A-Za-z0-9]{32,}|figd_[A-Za-z0-9_\-]{24,}",  # Linear, Figma
    r"NR(?:AK|II|BR|RA|SP)-[A-Za-z0-9_\-]{24,}|NRJS-[a-f0-9]{19}|[0-9a-f]{36}NRAL",  # New Relic
    r"PMAK-[a-f0-9]{24}-[a-f0-9]{34}|API-[A-Z0-9]{26}(?![A-Z0-9])",  # Postman, Octopus Deploy
    r"sq0(?:atp|csp|idp)-[A-Za-z0-9_\-]{20,}|EAAA[A-Za-z0-9_\-]{40,}",  # Square
    r"LTAI[A-Za-z0-9]{20}|AKCp[A-Za-z0-9]{60,}|cmVmd[A-Za-z0-9]{59}",  # Alibaba, Artifactory
    r"sb_secret_[A-Za-z0-9_\-]{20,}|sbp_[a-f0-9]{40}|re_[A-Za-z0-9]{8}_[A-Za-z0-9]{20,}",  # Supabase, Resend
    r"phx_[A-Za-z0-9]{40,}|rdme_[a-z0-9]{70}|CLOJARS_[a-z0-9]{60}",  # PostHog, ReadMe, Clojars
    r"AGE-SECRET-KEY-1[A-Z0-9]{58}|A3-[A-Z0-9]{6}-[A-Z0-9]{6,11}-(?:[A-Z0-9]{5}-?){2,4}",  # age, 1Password
)
_TOKENS = (
    r"eyJ[A-Za-z0-9_\-]{8,}\.[A-Za-z0-9_\-]{8,}\.[A-Za-z0-9_\-]{6,}",  # JWT (RFC 7519)
    r"eyJ[A-Za-z0-9_\-]{8,}\.[A-Za-z0-9_\-]*\.[A-Za-z0-9_\-]{8,}\.[A-Za-z0-9_\-]{8,}\.[A-Za-z0-9_\-]{8,}",  # JWE
    r"ya29\.[A-Za-z0-9_\-]{20,}|GOCSPX-[A-Za-z0-9_\-]{20,}|1//0[A-Za-z0-9_\-]{30,}",  # Google OAuth
    r"gh[pousr]_[A-Za-z0-9]{30,}|github_pat_[A-Za-z0-9_]{30,}",  # GitHub
    (
        r"(?:glpat|gldt|glrt|glft|glptt|glcbt|gloas|glsoat|glagent|glimt|glffct)-[A-Za-z0-9_\-.]{20,}"
        r"|GR1348941[A-Za-z0-9_\-]{20}"
    ),  # GitLab
    r"xox[abceoprsd]-[A-Za-z0-9\-%]{10,}|xoxe\.xox[bp]-\d-[A-Za-z0-9]{20,}|xapp-\d-[A-Za-z0-9\-]{10,}",  # Slack
    r"hf_[A-Za-z0-9]{30,}|api_org_[A-Za-z0-9]{30,}",  # Hugging Face
    r"npm_[A-Za-z0-9]{36}|pypi-[A-Za-z0-9_\-]{40,}|rubygems_[a-f0-9]{48}|dckr_(?:pat|oat)_[A-Za-z0-9_\-]{20,}",
    r"do[por]_v1_[a-f0-9]{64}",  # DigitalOcean
    r"shp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}",  # Shopify
    r"ntn_[A-Za-z0-9]{40,}|secret_[A-Za-z0-9]{43}(?![A-Za-z0-9])",  # Notion
    r"pat[A-Za-z0-9]{14}\.[a-f0-9]{64}",  # Airtable
    r"\d{8,10}:AA[A-Za-z0-9_\-]{33}",  # Telegram
    r"[MNO][A-Za-z0-9_\-]{23,25}\.[A-Za-z0-9_\-]{6}\.[A-Za-z0-9_\-]{27,38}",  # Discord
    r"dapi[a-f0-9]{32}(?:-\d)?",  # Databricks
    r"AT(?:ATT3|CTT3|BB|LASSIAN)[A-Za-z0-9_\-=]{20,}",  # Atlassian
    r"dp\.(?:pt|st|sa|ct|scim|audit)\.[A-Za-z0-9.]{40,}|hv[sbr]\.[A-Za-z0-9_\-]{24,}",  # Doppler, Vault
    r"[A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_\-=]{60,}|pul-[a-f0-9]{40}",  # Terraform, Pulumi
    r"gl(?:sa_[A-Za-z0-9]{32}_[A-Fa-f0-9]{8}|c_eyJ[A-Za-z0-9+/=]{28,})",  # Grafana
    r"sntry[su]_[A-Za-z0-9+/=_]{40,}|sgp_[A-Za-z0-9_]{40,}",  # Sentry, Sourcegraph
    r"HRKU-[A-Za-z0-9_\-]{36,}|fo1_[A-Za-z0-9_\-]{43}|fm[12][ar]?_[A-Za-z0-9+/=,_]{60,}",  # Heroku, Fly.io
    r"pscale_(?:tkn|oauth|pw)_[A-Za-z0-9_.\-]{32,}|napi_[a-z0-9]{50,}",  # PlanetScale, Neon
    r"EAA[A-Z][A-Za-z0-9]{60,}|sl\.[A-Za-z0-9_\-]{60,}|tfp_[A-Za-z0-9_\-.]{40,}",  # Facebook, Dropbox, Typeform
    r"[A-Za-z0-9_~.]{3}\dQ~[A-Za-z0-9_~.\-]{31,34}",  # Microsoft Entra
    r"dt0[a-z]\d\d\.[A-Z0-9]{24}\.[A-Z0-9]{64}|\d/\d{12,18}(?:/\d{12,18})?:[a-f0-9]{32}",  # Dynatrace, Asana
    r"pnu_[A-Za-z0-9]{36}|ops_eyJ[A-Za-z0-9+/=]{60,}|sha256~[A-Za-z0-9_\-]{43}",  # Prefect, 1Password, OpenShift
    r"pat-(?:na|eu|ap)\d-[a-f0-9\-]{36}|AAAA[A-Za-z0-9_\-]{7}:[A-Za-z0-9_\-]{100,}",  # HubSpot, Firebase
)
_HOOKS = re.compile(
    r"https://(?:hooks\.slack\.com/(?:services|workflows|triggers)/[A-Za-z0-9/_\-]+"
    r"|(?:ptb\.|canary\.)?discord(?:app)?\.com/api/webhooks/\d{16,20}/[A-Za-z0-9_\-]{40,}"
    r"|[a-z0-9\-]+\.webhook\.office\.com/webhookb2/[A-Za-z0-9@/\-]{40,}"
    r"|[a-z0-9\-.]+\.logic\.azure\.com(?::443)?/workflows/[^\s\"'<>]{40,}"
    r"|chat\.googleapis\.com/v1/spaces/[A-Za-z0-9_\-]+/messages\?[^\s\"'<>]{20,})"
)
"""Addresses that let anybody who knows them write."""
_SHAPES = re.compile(f"{_START}(?:(?P<key>{'|'.join(_KEYS)})|(?P<token>{'|'.join(_TOKENS)}))")
_BLANKED = re.compile(r"([xX*.0_\-])\1{7}|(?i:your|example-?key|placeholder|dummy)[_\-]")
"""An example that stands for a key: sk-xxxxxxxx…, ghp_your_token_here."""

_BEGIN = re.compile(r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----|PuTTY-User-Key-File-\d:")
_END = re.compile(r"-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----|Private-MAC: [0-9a-f]+")
_BODY = re.compile(r"(?:(?:\\[nr]|[\s\"'+,>|])*[A-Za-z0-9+/=]{24,})+")

_AWS = re.compile(r"(?i)\bA[KS]IA[A-Z0-9]{16}\b|aws|シークレット|secret.{0,6}key")
_AWS_SECRET = re.compile(r"(?<![A-Za-z0-9/+=])[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=])")
_NEAR = 120


def keys(text: str) -> Iterator[Span]:
    """Keys, tokens and webhook addresses of known issuers."""
    for hook in _HOOKS.finditer(text):
        yield Span(Kind.TOKEN, hook.start(), hook.end())
    for run in _RUN.finditer(text):
        for match in _SHAPES.finditer(text, run.start(), run.end()):
            value = match.group()
            if any(char.isdigit() for char in value) and not _BLANKED.search(value):
                yield Span(Kind.API_KEY if match["key"] else Kind.TOKEN, match.start(), match.end())


def private_keys(text: str) -> Iterator[Span]:
    """PEM, OpenSSH, PGP and PuTTY keys; of one that breaks off, what is there. The words alone are no key."""
    at, ends = 0, True
    for begin in _BEGIN.finditer(text):
        if begin.start() < at:
            continue
        end = _END.search(text, begin.end()) if ends else None
        ends = end is not None
        body = None if end else _BODY.match(text, begin.end())
        if end or body:
            at = (end or body).end()  # type: ignore[union-attr] # one of them is there
            yield Span(Kind.PRIVATE_KEY, begin.start(), at)


def aws_secrets(text: str) -> Iterator[Span]:
    """The 40 characters that go with an access key's id: without a shape of their own, so only near a word for them."""
    for match in _AWS_SECRET.finditer(text):
        value = match.group()
        is_mixed = (
            any(c.islower() for c in value) and any(c.isupper() for c in value) and any(c.isdigit() for c in value)
        )
        if is_mixed and _AWS.search(text, max(0, match.start() - _NEAR), match.start()):
            yield Span(Kind.API_KEY, match.start(), match.end())
