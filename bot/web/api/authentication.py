"""Who calls: the token in the header Authorization, the role that a call needs, the network address."""

from collections.abc import Mapping
from ipaddress import IPv6Address, ip_address
from typing import Annotated, Any

from fastapi import Depends, Security
from fastapi.security import HTTPBearer
from starlette.requests import Request

from bot.web.accept_language import speak_to
from bot.web.problems import Unauthorized
from services.access import require
from services.clinic import Clinic
from services.errors import Denied, NotSignedIn
from services.models.people import ClientAddress, Principal, Role

BEARER = "bearer"
# One household or office has a network of this length (RFC 6177).
IPV6_NETWORK = 64

# It stands in the description of the interface; the header is read by hand, as the bare token is taken, too.
scheme = HTTPBearer(auto_error=False, bearerFormat="JWT", description="The token of POST /login.")


async def the_clinic(request: Request) -> Clinic:
    """Return the clinic that the application serves."""
    clinic: Clinic = request.app.state.clinic
    return clinic


TheClinic = Annotated[Clinic, Depends(the_clinic)]


class SignedInAs:
    """A dependency: whoever has sent a valid token, with one of the roles; without any, every role may."""

    def __init__(self, *roles: Role) -> None:
        self._roles = roles or tuple(Role)

    async def __call__(
        self, request: Request, clinic: TheClinic, documented: Annotated[Any, Security(scheme)] = None
    ) -> Principal:
        """Return who calls. Raises Unauthorized, RoleRequired."""
        del documented
        try:
            principal = await clinic.api_sessions.authenticate(_token(request.headers))
        except Denied as error:
            raise Unauthorized(error) from error
        speak_to(principal.user, request)
        require(principal, *self._roles)
        return principal


def _token(headers: Mapping[str, str]) -> str:
    """Return the token: after `Bearer` (RFC 6750 section 2.1), or alone, as the first interface took it."""
    given = headers.get("authorization", "").strip()
    kind, _, rest = given.partition(" ")
    token = rest.strip() if kind.lower() == BEARER else given
    if not token or kind.lower() == BEARER == token.lower():
        raise NotSignedIn
    return token


async def client_address(request: Request) -> ClientAddress:
    """Return from where the request comes: an IPv4 address, or the network of an IPv6 address."""
    host = request.client.host if request.client else ""
    try:
        address = ip_address(host)
    except ValueError:
        return ClientAddress(host)
    if not isinstance(address, IPv6Address):
        return ClientAddress(str(address))
    if address.ipv4_mapped:
        return ClientAddress(str(address.ipv4_mapped))
    network = int(address) >> IPV6_NETWORK << IPV6_NETWORK
    return ClientAddress(str(IPv6Address(network)))


Caller = Annotated[ClientAddress, Depends(client_address)]
Anybody = Annotated[Principal, Depends(SignedInAs())]
Patient = Annotated[Principal, Depends(SignedInAs(Role.PATIENT))]
PatientOrDoctor = Annotated[Principal, Depends(SignedInAs(Role.PATIENT, Role.DOCTOR))]
Admin = Annotated[Principal, Depends(SignedInAs(Role.ADMIN))]
