"""What the document says of itself: title, dates, language, and which standards it follows.

PDF/A-3a (ISO 19005-3) and PDF/UA-1 (ISO 14289-1) are claimed in the XMP metadata; the document
information dictionary says the same, as PDF/A asks.
"""

from __future__ import annotations

from importlib.resources import files
from xml.sax.saxutils import escape

from pikepdf import Dictionary, String

from kbstrack.pdf.joining.writer import Writer

_XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about=""
 xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:xmp="http://ns.adobe.com/xap/1.0/"
 xmlns:pdf="http://ns.adobe.com/pdf/1.3/"
 xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/"
 xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/"
 xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"
 xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<dc:format>application/pdf</dc:format>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<dc:creator><rdf:Seq><rdf:li>{author}</rdf:li></rdf:Seq></dc:creator>
<dc:description><rdf:Alt><rdf:li xml:lang="x-default">{subject}</rdf:li></rdf:Alt></dc:description>
{identifier}<dc:language><rdf:Bag><rdf:li>{language}</rdf:li></rdf:Bag></dc:language>
<xmp:CreatorTool>{creator}</xmp:CreatorTool>
<xmp:CreateDate>{day}T00:00:00Z</xmp:CreateDate>
<xmp:ModifyDate>{day}T00:00:00Z</xmp:ModifyDate>
<pdf:Producer>{creator}</pdf:Producer>
<pdfaid:part>3</pdfaid:part>
<pdfaid:conformance>A</pdfaid:conformance>
<pdfuaid:part>1</pdfuaid:part>
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Part of ISO 14289 that the file follows</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description>
</rdf:RDF>
</x:xmpmeta>
<?xpacket end="w"?>"""

CREATOR = "kbstrack"
# No XML has these, and PDF readers show them as boxes.
_CONTROLS = dict.fromkeys([*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF])


def describe(writer: Writer, about: dict[str, str]) -> tuple[bytes, int]:
    """Write what the document says of itself: title, author, subject, language, day (`YYYY-MM-DD`),
    and as `identifier` which issue it is, if it is one.

    Returns the entries for the document's catalogue, and the number of its information.
    """
    said = {name: value.translate(_CONTROLS) for name, value in about.items()}
    moment = f"D:{said['day'].replace('-', '')}000000Z"
    info = writer.add(
        Dictionary(
            Title=String(said["title"]),
            Author=String(said["author"]),
            Subject=String(said["subject"]),
            Creator=String(CREATOR),
            Producer=String(CREATOR),
            CreationDate=String(moment),
            ModDate=String(moment),
        ).unparse()
    )
    marked = {name: escape(value) for name, value in said.items()}
    if said["identifier"]:
        # Whoever is given a changed copy can still see which issue it was.
        marked["identifier"] = f"<dc:identifier>{marked['identifier']}</dc:identifier>\n"
    xmp = _XMP.format(creator=CREATOR, **marked)
    # Readers that look for it without opening the document find it uncompressed.
    metadata = writer.add_stream(b"/Type /Metadata /Subtype /XML", xmp.encode(), compressed=False)
    entries = b"/Metadata %d 0 R /Lang %s /ViewerPreferences << /DisplayDocTitle true >> %s" % (
        metadata,
        String(said["language"]).unparse(),
        _output_intent(writer),
    )
    return entries, info


def _output_intent(writer: Writer) -> bytes:
    """Which red is red: without a profile, PDF/A allows no colours that depend on the device."""
    profile = files("weasyprint.pdf").joinpath("sRGB2014.icc").read_bytes()
    return (
        b"/OutputIntents [<< /Type /OutputIntent /S /GTS_PDFA1 /Info (sRGB2014) "
        b"/OutputConditionIdentifier (sRGB2014) /DestOutputProfile %d 0 R >>]"
        % writer.add_stream(b"/N 3", profile)
    )
