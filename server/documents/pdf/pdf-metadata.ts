import { escapeHtml } from '../escape-html.ts';

/** The PDF/A extension schema that allows PDF/UA's own mark in the metadata, and that mark. */
const PDF_UA_IDENTIFICATION = `
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/" xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
  <pdfaExtension:schemas>
    <rdf:Bag>
      <rdf:li rdf:parseType="Resource">
        <pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>
        <pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
        <pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
        <pdfaSchema:property>
          <rdf:Seq>
            <rdf:li rdf:parseType="Resource">
              <pdfaProperty:name>part</pdfaProperty:name>
              <pdfaProperty:valueType>Integer</pdfaProperty:valueType>
              <pdfaProperty:category>internal</pdfaProperty:category>
              <pdfaProperty:description>Indicates which part of ISO 14289 the file conforms to</pdfaProperty:description>
            </rdf:li>
          </rdf:Seq>
        </pdfaSchema:property>
      </rdf:li>
    </rdf:Bag>
  </pdfaExtension:schemas>
</rdf:Description>
<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">
  <pdfuaid:part>1</pdfuaid:part>
</rdf:Description>`;

/**
 * Makes a PDF/A-3a file claim PDF/UA-1 as well. Also mends a trap: PDFKit writes the title into the
 * XML metadata unescaped, so a partnership called `Health & Care` would break the file.
 */
export function addPdfUaMetadata(document: PDFKit.PDFDocument): void {
  const endMetadata = document.endMetadata.bind(document);
  document.endMetadata = () => {
    document.appendXML(PDF_UA_IDENTIFICATION);
    for (const key of ['Title', 'Author', 'Subject', 'Keywords'] as const) {
      const value = document.info[key];
      if (value !== undefined) document.info[key] = escapeHtml(value);
    }
    endMetadata();
  };
}
