"""What the command ``mail`` does, without a terminal: drafts in their place, sending, what the log tells."""

from tdp_xlsx.mailing.drafts import Prepared, prepare
from tdp_xlsx.mailing.sending import Choice, choose, mail_days, send

__all__ = ["Choice", "Prepared", "choose", "mail_days", "prepare", "send"]
