package import SampanDomain

/// What was given out.
package struct ResearchExport: Sendable {
    package let release: Release
    /// In an order that tells nothing of where they came from.
    package let rows: [ResearchRow]
    package let report: AnonymityReport
    package let withheld: Withheld
    /// How the file is marked (RE-20): of many, by nobody's name; 1 where it is open to anyone, else 2.
    package let label: SecurityLabel

    /// RFC 4180, UTF-8 (in fact ASCII), with `ResearchRow.header`.
    package var csv: [UInt8] {
        var writer = CSVWriter(header: ResearchRow.header)
        for row in rows { writer.append(row.fields) }
        return writer.bytes
    }
}
