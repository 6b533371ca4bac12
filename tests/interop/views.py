"""What botocore reads, as a view: all of it, walked through; and with one thing changed, as a test expects it."""

import copy


def with_value(view, kind, name, key, value):
    """`view` with `key` (or `key.sub`) of one section set; blanks around a value are not read."""
    view = copy.deepcopy(view)
    settings = view.setdefault(kind, {}).setdefault(name, {})
    key, _, sub = key.partition(".")
    if not sub:
        settings[key] = value.strip()
    elif isinstance(settings.get(key), dict):
        settings[key][sub] = value.strip()
    else:
        settings[key] = {sub: value.strip()}
    return view


def without_value(view, kind, name, key):
    """`view` without `key` (or `key.sub`) of one section; a block that is emptied goes too."""
    view = copy.deepcopy(view)
    settings = view[kind].get(name, {})
    key, _, sub = key.partition(".")
    if not sub:
        settings.pop(key, None)
    elif isinstance(settings.get(key), dict):
        settings[key].pop(sub, None)
        if not settings[key]:
            del settings[key]
    return view


def without_profile(view, name):
    """`view` without the profile."""
    view = copy.deepcopy(view)
    del view["profiles"][name]
    return view


def with_renamed(view, old, new):
    """`view` with the profile under its new name, and every `source_profile` following."""

    def followed(settings):
        return {key: new if (key, value) == ("source_profile", old) else value for key, value in settings.items()}

    profiles = {new if name == old else name: followed(settings) for name, settings in view["profiles"].items()}
    return {**view, "profiles": profiles}


def with_copy(view, source, target):
    """`view` with the profile under a second name too."""
    return {**view, "profiles": {**view["profiles"], target: view["profiles"][source]}}


def flattened(settings):
    """Every `key` and `key.sub` with its value; blocks themselves have none."""
    for key, value in settings.items():
        if isinstance(value, dict):
            yield key, None
            yield from ((f"{key}.{sub}", text) for sub, text in value.items())
        else:
            yield key, value


def has_own_meaning(name, view):
    """Whether `name` asks for something else than `key` or `key.sub`: for its dots, or what stands before the first."""
    first, dot, sub = name.partition(".")
    return "." in sub or bool(dot) and (first in (*view["profiles"], "default", "profile") or first in "plugins")


def comments(text):
    """The comments of a file, in order."""
    return [line.strip() for line in text.splitlines() if line.lstrip().startswith(("#", ";"))]
