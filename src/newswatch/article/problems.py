"""Whether what was read of a page is the article, or a paywall, a consent wall, a login, a page of error. Pure.

A page with much text is taken for what it is, whatever words are in it: news is written about paywalls, too.
"""

from __future__ import annotations

import re
from functools import cache

from newswatch.article.page import PageFacts
from newswatch.model.article import PageProblem
from newswatch.text.fold import fold

FEW_WORDS = 120
"""A page with fewer is judged by what it says."""
HARDLY_ANY_WORDS = 40
"""With fewer all that stands on the page is looked at."""
TEASER_WORDS = 300
"""Where a page says of itself that it is not free, so many are the teaser, not the article."""

_PAYWALL = (
    "subscribe to continue", "subscribe to read", "subscribers only", "already a subscriber", "for subscribers",
    "subscriber exclusive", "to continue reading", "continue reading with", "unlock this article",
    "premium content", "become a member to read", "nur fur abonnenten", "mit einem abo", "jetzt weiterlesen",
    "weiterlesen mit", "reserve aux abonnes", "reservee aux abonnes", "la suite est reservee", "il vous reste",
    "exclusivo para suscriptores", "solo para suscriptores", "contenido exclusivo", "suscribete para",
    "riservato agli abbonati", "contenuto riservato", "exclusivo para assinantes", "tylko dla prenumeratorow",
    "dla subskrybentow", "доступно по подписке", "только для подписчиков", "за передплатою", "для передплатників",
    "有料会員", "会員限定", "続きを読むには", "订阅后", "付费阅读", "訂閱後", "구독자 전용", "유료 회원",
    "للمشتركين فقط", "abonelere özel", "voor abonnees",
)  # fmt: skip
_CONSENT = (
    "before you continue", "we value your privacy", "accept all cookies", "we and our partners", "cookie consent",
    "manage your privacy", "your privacy choices", "alle akzeptieren", "mit werbung lesen", "cookies akzeptieren",
    "tout accepter", "accepter et continuer", "nous et nos partenaires", "aceptar todo", "aceptar cookies",
    "nosotros y nuestros socios", "accetta tutti", "noi e i nostri partner", "akceptuj", "принять все", "прийняти всі",
    "alles accepteren", "同意して続ける",
)  # fmt: skip
_LOGIN = (
    "log in to continue", "sign in to continue", "please log in", "please sign in", "login required",
    "you must be logged in",
    "bitte melden sie sich an", "connectez-vous", "inicia sesion", "accedi per", "zaloguj sie", "войдите", "увійдіть",
    "ログインして", "请登录", "로그인",
)  # fmt: skip
_NOT_FOUND = (
    "404", "not found", "page not found", "page doesn't exist", "page does not exist", "no longer available",
    "seite nicht gefunden", "nicht verfugbar", "page introuvable", "page non trouvee", "n'existe pas",
    "pagina no encontrada", "no se encuentra", "pagina non trovata", "pagina nao encontrada", "nie znaleziono",
    "не найдена", "не найдено", "не знайдено", "見つかりません", "找不到", "页面不存在", "찾을 수 없습니다",
    "غير موجودة", "sayfa bulunamadi", "pagina niet gevonden",
)  # fmt: skip
_ROBOT = (
    "just a moment", "attention required", "access denied", "are you a robot", "are you human", "verify you are human",
    "enable javascript", "please enable js", "unusual traffic", "checking your browser", "ddos protection", "captcha",
    "request blocked", "pardon our interruption",
)  # fmt: skip
_WORD = re.compile(r"\w+")
_CLOSE_SCRIPTS = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0eff]")


def words_in(text: str) -> int:
    """How many words a text has, about: two letters of a script written without spaces count as one."""
    close = len(_CLOSE_SCRIPTS.findall(text))
    return len(_WORD.findall(_CLOSE_SCRIPTS.sub(" ", text))) + close // 2


def problem_of(facts: PageFacts, text: str, whole: str, host: str) -> tuple[PageProblem | None, str]:
    """What keeps a page from being the article, and a sentence that says so.

    `text` is what was extracted of it, without signs, `whole` the beginning of all that stands on the page, `host`
    that of its address.
    """
    words = words_in(text)
    if facts.is_free is False and words < TEASER_WORDS:
        return PageProblem.PAYWALL, "The page says that it is not free: this is what it shows without a subscription."
    if words >= FEW_WORDS:
        return None, ""
    is_hardly_any = words < HARDLY_ANY_WORDS
    # Beside a text of some length, and beside a page that says it is an article (a flash may be one line), the page's
    # other words are its furniture: a cookie banner, "log in to comment".
    said = _folded(f"{text}\n{whole}" if is_hardly_any and not (facts.is_article and words) else text)
    title = _folded(facts.title)
    if _has(title, _NOT_FOUND):
        return PageProblem.ERROR, "The page says that it is not there (any more)."
    if host.startswith(("consent.", "cmp.")) or _has(said, _CONSENT):
        return PageProblem.CONSENT, "The page asks for consent to be tracked before it shows the article."
    if _has(title, _ROBOT) or (is_hardly_any and _has(said, _ROBOT)):
        return PageProblem.REFUSED, "The server wants to see a browser first, and gave no article."
    if _has(said, _PAYWALL) or (is_hardly_any and _has(_folded(whole), _PAYWALL)):
        return PageProblem.PAYWALL, "The page asks for a subscription: this is what it shows without one."
    if (facts.has_password_field and is_hardly_any and not facts.is_article) or _has(said, _LOGIN):
        return PageProblem.LOGIN, "The page asks to log in first."
    if not text.strip():
        return PageProblem.EMPTY, "Nothing that could be read stands on the page."
    return None, ""


def _folded(text: str) -> str:
    return fold(text[:5_000])


def _has(said: str, phrases: tuple[str, ...]) -> bool:
    return any(phrase in said for phrase in _as_folded(phrases))


@cache
def _as_folded(phrases: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(fold(phrase) for phrase in phrases)
