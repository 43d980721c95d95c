"""Makes the files of src/test/resources/shapes with pyshp (3.0): every kind of shape, tables in several
encodings, and beside each what pyshp reads back. Usage: make_shapes.py FOLDER"""

import datetime
import io
import json
import pathlib
import re
import sys
import zipfile

import shapefile

OBLASTS = [
    "Cherkasy", "Chernihiv", "Chernivtsi", "Crimea", "Dnipropetrovs'k", "Donets'k", "Ivano-Frankivs'k",
    "Kharkiv", "Kherson", "Khmel'nyts'kyy", "Kiev City", "Kiev", "Kirovohrad", "L'viv", "Luhans'k",
    "Mykolayiv", "Odessa", "Poltava", "Rivne", "Sevastopol'", "Sumy", "Ternopil'", "Transcarpathia",
    "Vinnytsya", "Volyn", "Zaporizhzhya", "Zhytomyr",
]  # fmt: skip


def square(x, y, size, clockwise=True):
    ring = [[x, y], [x, y + size], [x + size, y + size], [x + size, y], [x, y]]
    return ring if clockwise else ring[::-1]


def raise_by(ring, z):
    return [[x, y, z + i] for i, (x, y) in enumerate(ring)]


def parts(kind, fields, rows, encoding="utf-8"):
    """The files of one shapefile: ending to bytes."""
    shp, shx, dbf = io.BytesIO(), io.BytesIO(), io.BytesIO()
    with shapefile.Writer(shp=shp, shx=shx, dbf=dbf, shapeType=kind, encoding=encoding) as writer:
        for field in fields:
            writer.field(*field)
        for shape, record in rows:
            shape(writer)
            writer.record(*record)
    return {"shp": shp.getvalue(), "shx": shx.getvalue(), "dbf": dbf.getvalue()}


def pack(path, files):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, (2024, 1, 1, 0, 0, 0)), content)


def named(stem, files, **more):
    return {f"{stem}.{ending}": content for ending, content in (files | more).items()}


def geometry(shape):
    """pyshp's reading as our text: lines and polygons are always multiple, heights stay, names are in
    order, exponents are short."""
    if shape.shapeType == shapefile.NULL:
        return None
    like = shape.__geo_interface__
    kind, coordinates = like["type"], like["coordinates"]
    if kind in ("LineString", "Polygon"):
        kind, coordinates = "Multi" + kind, [coordinates]
    if hasattr(shape, "z"):
        heights = iter(list(shape.z))
        coordinates = raised(coordinates, heights)
    text = json.dumps({"coordinates": coordinates, "type": kind}, separators=(",", ":"))
    return re.sub(r"e([+-])0*", lambda m: "e" + m.group(1).strip("+"), text)


def raised(coordinates, heights):
    if isinstance(coordinates[0], float):
        return [*coordinates[:2], next(heights)]
    return [raised(item, heights) for item in coordinates]


def read_back(files):
    """What pyshp makes of it, one row a line."""
    reader = shapefile.Reader(shp=io.BytesIO(files["shp"]), dbf=io.BytesIO(files["dbf"]))
    lines = []
    for item in reader.iterShapeRecords():
        values = [None if value == "" else value for value in item.record] + [geometry(item.shape)]
        lines.append("|".join(str(value) for value in values))
    text = "\n".join(lines) + "\n"
    return text.replace("True", "true").replace("False", "false").replace("None", "null")


def ukraine():
    fields = [("iso", "C", 3), ("name_0", "C", 75), ("name_1", "C", 75), ("id_1", "N", 10, 0)]
    rows = [
        (
            lambda w, i=i: w.poly([square(22 + i % 9, 44 + i // 9, 0.9)]),
            ("UKR", "Ukraine", name, i + 1),
        )
        for i, name in enumerate(OBLASTS)
    ]
    return parts(shapefile.POLYGON, fields, rows)


TYPES = [
    ("text", "C", 20),
    ("whole", "N", 9, 0),
    ("real", "N", 19, 6),
    ("float", "F", 13, 3),
    ("flag", "L"),
    ("day", "D"),
]


def kinds():
    """One shapefile a kind of shape, each with a null shape and a record of nulls at its end."""
    first = ("żółć", 42, 1.5, -2.25, True, datetime.date(2024, 2, 29))
    second = ("", None, None, None, None, None)
    holes = [square(0, 0, 10), square(1, 1, 2, False), square(20, 20, 5), square(21, 21, 1, False)]
    line = [[1, 2], [3.5, -4.25], [1e-7, 1e17]]
    shapes = {
        "point": (shapefile.POINT, lambda w: w.point(-122.5, 37.25)),
        "pointz": (shapefile.POINTZ, lambda w: w.pointz(1, 2, 3, 4)),
        "pointm": (shapefile.POINTM, lambda w: w.pointm(1, 2, 9)),
        "multipoint": (shapefile.MULTIPOINT, lambda w: w.multipoint(line)),
        "multipointz": (shapefile.MULTIPOINTZ, lambda w: w.multipointz(raise_by(line, 5))),
        "line": (shapefile.POLYLINE, lambda w: w.line([line, line[:2]])),
        "linez": (shapefile.POLYLINEZ, lambda w: w.linez([raise_by(line, 1)])),
        "linem": (shapefile.POLYLINEM, lambda w: w.linem([raise_by(line, 1)])),
        "polygon": (shapefile.POLYGON, lambda w: w.poly(holes)),
        "polygonz": (shapefile.POLYGONZ, lambda w: w.polyz([raise_by(square(0, 0, 1), 7)[:-1] + [[0, 0, 7]]])),
    }
    for name, (kind, shape) in shapes.items():
        yield name, parts(kind, TYPES, [(shape, first), (lambda w: w.null(), second)])


def main():
    folder = pathlib.Path(sys.argv[1])
    oblasts = ukraine()
    pack(folder / "ukraine.zip", named("gg870xt4706", oblasts, prj=b"GEOGCS[]", cpg=b"UTF-8"))
    pack(
        folder / "two.zip",
        named("folder/first", oblasts) | named("folder/second", oblasts) | {"__MACOSX/folder/._first.shp": b"x"},
    )
    pack(folder / "no-dbf.zip", {"a.shp": oblasts["shp"], "readme.txt": b"x"})
    pack(folder / "no-shp.zip", {"a.dbf": oblasts["dbf"]})
    for name, files in kinds():
        pack(folder / f"{name}.zip", named(name, files, cpg=b"UTF-8"))
        (folder / f"{name}.rows").write_text(read_back(files))
    cyrillic = parts(
        shapefile.POINT, [("name", "C", 20)], [(lambda w: w.point(1, 2), ("Київ",))], "cp1251"
    )
    pack(folder / "cp1251.zip", named("city", cyrillic, cpg=b"1251"))
    pack(folder / "unnamed.zip", named("city", cyrillic))
    pack(folder / "unknown.zip", named("city", cyrillic, cpg=b"KLINGON"))


if __name__ == "__main__":
    main()
