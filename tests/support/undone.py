"""What if: something happens to a world, is looked at, and then never was."""

import copy
from collections.abc import Iterator
from contextlib import contextmanager

from tests.support.units import World


@contextmanager
def undone(world: World) -> Iterator[None]:
    """What happens inside never was: neither in the database nor on the phones."""
    phones = {key: copy.copy(phone) for key, phone in world.phones.items()}
    for phone in world.phones.values():
        phone.screen, phone.calls = copy.deepcopy(phone.screen), list(phone.calls)
    now, unit = world.now, world.connection.begin_nested()
    yield
    unit.rollback()
    world.now = now
    for key, kept_phone in phones.items():
        world.phones[key].__dict__.update(kept_phone.__dict__)
