import ArgumentParser

struct DocumentCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "document",
        abstract: "Look into clinical documents (HL7 CDA, FHIR R4) and convert them (文档).",
        discussion: """
            Reads one file; no node, no network, no certificate. The file is never changed.

            Examples:
              sampan document inspect C0007_01022026030900004.xml
              sampan document convert CCD.xml --to fhir -o ccd.json
            """,
        subcommands: [DocumentInspect.self, DocumentConvert.self])
}
