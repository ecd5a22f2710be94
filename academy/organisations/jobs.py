"""What does the worker do?"""

from academy.kernel import jobs
from academy.organisations import commands


@jobs.every(60 * 24, "forget invitations to organisations")
def forget_invitations() -> None:
    commands.forget_invitations(by=None)
