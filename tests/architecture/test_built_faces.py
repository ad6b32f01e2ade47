"""What a built face is made of: its own app and what all share, so that one is not built for another."""

from tools.web import FACES, WEB, digest, sources


def test_a_face_is_made_of_its_own_app_and_of_what_all_share() -> None:
    for face in FACES:
        made_of = {path.relative_to(WEB).as_posix() for path in sources(face)}
        assert f"apps/{face}/src/main.ts" in made_of
        assert "packages/ui/src/tokens.css" in made_of
        assert "package-lock.json" in made_of
        others = [name for name in FACES if name != face]
        assert not [path for path in made_of for name in others if path.startswith(f"apps/{name}/")]


def test_every_app_is_a_face_that_is_built() -> None:
    assert sorted(path.name for path in (WEB / "apps").iterdir()) == sorted(FACES)


def test_each_face_has_a_stamp_of_its_own() -> None:
    assert len({digest(sources(face)) for face in FACES}) == len(FACES)
