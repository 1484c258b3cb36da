"""populate: fill an edition with invented registrations, for benchmarks."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from registration.intake.population import BATCH, OWN_SLUG, OtherNumber, UnknownEdition, populate
from seminar.foundation import clock
from seminar.foundation.audit import SYSTEM
from seminar.foundation.commands import PlainCommand

MOST = 100_000
LARGEST_SEED = 2**31 - 1


class Command(PlainCommand):
    help = (
        "Fill an edition with invented registrations, spread over its delegations, roles and states, with names in "
        "many scripts. For benchmarks; no mail is queued. The same seed makes the same people, and makes them once."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--registrations", required=True, metavar="N", help=f"how many, from 1 to {MOST}")
        parser.add_argument("--seed", required=True, metavar="K", help="which people, a number from 0 on")
        parser.add_argument("--seminar", default=OWN_SLUG, metavar="SLUG", help=f"the edition ({OWN_SLUG}, made anew)")

    def handle(self, *args: Any, **options: Any) -> None:
        count = read_number("--registrations", options["registrations"], least=1, most=MOST)
        seed = read_number("--seed", options["seed"], least=0, most=LARGEST_SEED)
        slug: str = options["seminar"]

        def show(done: int) -> None:
            if done % (4 * BATCH) == 0 and done < count:
                self.stdout.write(f"{done} of {count} ...")
                self.stdout.flush()

        try:
            population = populate(
                actor=SYSTEM, registrations=count, seed=seed, slug=slug, now=clock.now(), progress=show
            )
        except UnknownEdition:
            raise CommandError(f"There is no edition {slug!r} that has delegations.") from None
        except OtherNumber as other:
            raise CommandError(
                f"Seed {seed} made {other.count} registrations in {slug} already; take another seed for {count}."
            ) from None
        if population.is_new:
            self.stdout.write(f"{count} registrations of seed {seed} were made in {slug}.")
        else:
            self.stdout.write(f"{count} registrations of seed {seed} are in {slug} already; nothing was changed.")


def read_number(option: str, text: str | int, *, least: int, most: int) -> int:
    """Return a whole number. Raises CommandError."""
    plain = str(text)
    if not (plain.isascii() and plain.isdecimal() and len(plain) < 12 and least <= int(plain) <= most):
        raise CommandError(f"{option} is {plain!r}; it must be a whole number from {least} to {most}.")
    return int(plain)
