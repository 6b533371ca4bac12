"""Files and calls made up at random, from the things people and tools write into them. A seed always gives the same.

`odd_file` uses all that the AWS CLI can read; `ordinary_file` only what its writer does not damage.
"""

HEADERS = [
    "default",
    "profile default",
    "profile dev",
    "profile 'dev'",
    "profile  prod ",
    "profile\tops",
    'profile "a b"',
    "profile 'a b'",
    "profile a b",
    "profile b#c",
    "profile 日本",
    "sso-session dev",
    "sso-session 'a b'",
    "services dev",
    "plugins",
    "dev",
    "Default",
    "profile [x",
    "profile x]y",
]
NAMES = ["default", "dev", "prod", "ops", "a b", "b#c", "日本", "x]y", "[x", "new", "it's new"]
KEYS = [
    "region",
    "output",
    "s3",
    "role_arn",
    "source_profile",
    "aws_access_key_id",
    "aws_session_token",
    "k",
    "my key",
    "Ü",
]
VALUES = ["a", "dev", "a b", "", "x = y", "a:b", "# c", "50%", "[v]", "'q'", "a # b", "日本", "=", ":"]
SEPARATORS = [" = ", "=", " =", "= ", ": ", " : ", "\t=\t"]
INDENTS = ["", "", "", "", " ", "  ", "    ", "\t"]
DEEPER = [" ", "  ", "    ", "\t"]
ENDS = ["\n", "\n", "\n", "\r\n", "\r"]


def odd_file(random, inherited=True):
    """A text that may or may not be one that botocore reads; most are."""
    headers = random.sample(HEADERS + ["DEFAULT"] * inherited, random.randint(1, 7))
    lines = filler(random)
    for header in headers:
        indent = random.choice(INDENTS)
        tail = random.choice(["", "", "", " # t", " ", "; x"])
        lines.append(f"{indent}[{header}]{tail}")
        lines += filler(random)
        step = random.choice(INDENTS)
        for key in random.sample(KEYS, random.randint(0, 6)):
            lines += setting(random, key, step)
            lines += filler(random)
    end = random.choice(ENDS)
    return end.join(lines) + random.choice(["", end, end, end + end])


def setting(random, key, indent):
    """The lines of one key."""
    key = random.choice([key, key, key.upper(), key.title()])
    separator = random.choice(SEPARATORS)
    shape = random.choice(["plain", "plain", "plain", "block", "lines"])
    if shape == "plain":
        return [f"{indent}{key}{separator}{random.choice(VALUES)}"]
    below = indent + random.choice(DEEPER)
    more = []
    for name in random.sample(KEYS, random.randint(1, 3)):
        more += filler(random, 0.1)
        # What is deeper still belongs to the same block.
        extra = random.choice(["", "", "", " "])
        more.append(f"{below}{extra}{name}{random.choice([' = ', '=', '= '])}{random.choice(VALUES)}")
    first = "" if shape == "block" else random.choice(["a", "x = y", "# z"])
    return [f"{indent}{key}{separator}{first}", *more]


def filler(random, chance=0.3):
    """Blank lines and comments, or nothing."""
    if random.random() > chance:
        return []
    return random.choices(
        ["", "  ", "# c", "# a = b", "  ; c: d", "\t#x", "#[profile dev]", "#"], k=random.randint(1, 3)
    )


def ordinary_file(random, header):
    """A file as tools leave it, plus comments and blank lines. `header` makes a header from a profile's name."""
    lines = random.choices(["# top", "", "# top = level"], k=random.randint(0, 2))
    for name in random.sample(["default", "dev", "prod", "ops"], random.randint(0, 4)):
        lines.append(f"[{header(name)}]")
        lines += random.choices(["# c", "; a = b", ""], k=random.choice([0, 0, 0, 1]))
        for key in random.sample(["region", "output", "role_arn", "cli_pager", "retry_mode"], random.randint(0, 4)):
            lines.append(f"{key}{random.choice([' = ', '=', ' = '])}{random.choice(['a', 'b c', 'x:y=z', ''])}")
            lines += random.choices(["# c", "#k = v"], k=random.choice([0, 0, 0, 0, 1]))
        for block in random.sample(["s3", "dynamodb"], random.choice([0, 0, 1, 2])):
            indent = random.choice(["  ", "    "])
            lines.append(f"{block} =")
            lines += [f"{indent}{name} = v" for name in random.sample(["one", "two", "three"], random.randint(1, 3))]
        lines += random.choices(["", "# before the next"], k=random.choice([0, 0, 1, 1, 2]))
    return "".join(f"{line}\n" for line in lines)


def ordinary_call(random):
    """Arguments of `configure set`."""
    name = random.choice(
        ["region", "output", "role_arn", "mfa_serial", "s3.one", "s3.four", "dynamodb.two", "new.block"]
        + ["aws_access_key_id", "aws_secret_access_key", "aws_session_token"]
    )
    profile = random.choice(["default", "dev", "prod", "ops", "new", "a b"])
    value = random.choice(["v", "a b", "a=b", "", "x # y", "50%"])
    return random.choice(
        [(name, value, "--profile", profile), (f"profile.{profile}.{name}", value), (f"default.{name}", value)]
    )
