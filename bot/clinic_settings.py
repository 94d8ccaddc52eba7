"""What the settings say about the clinic, its limits and its mail server."""

from zoneinfo import ZoneInfo

from bot.settings import Settings
from services.clinic_rules import ClinicRules
from services.models.appointments import BookingLimits
from services.notifications.smtp import MailServer


def clinic_rules(settings: Settings) -> ClinicRules:
    """Return the rules of the clinic."""
    return ClinicRules(
        settings.clinic_name,
        ZoneInfo(settings.timezone),
        settings.staff_code.get_secret_value() if settings.staff_code else None,
        email=_sender(settings),
        video_url=settings.video_url,
        address=settings.clinic_address,
        phone=settings.clinic_phone,
        hours=settings.clinic_hours,
        emergency_number=settings.emergency_number,
        limits=_limits(settings),
        registrations_an_hour=settings.registrations_an_hour,
        reached_at=settings.reached_at,
        is_local=settings.is_local,
        holidays=settings.holidays,
    )


def _limits(settings: Settings) -> BookingLimits:
    return BookingLimits(
        open_appointments=settings.max_open_appointments,
        a_day=settings.max_a_day,
        changes=settings.max_changes_an_hour,
        holds=settings.max_holds,
    )


def mail_server(settings: Settings) -> MailServer:
    """Return the mail server of the settings."""
    return MailServer(
        host=settings.email_host,
        port=settings.email_port,
        security=settings.email_security,
        user=settings.email_user,
        password=settings.email_password.get_secret_value() if settings.email_password else None,
        sender=_sender(settings),
        sender_name=settings.clinic_name,
    )


def _sender(settings: Settings) -> str:
    return settings.email_from or settings.email_user or f"{settings.clinic_name}@localhost"
