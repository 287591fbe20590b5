import ArgumentParser
import SampanClinicalDocument

struct DocumentInspect: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect",
        abstract: "Tell what a document is: form, kind, sections, entries, hash; whom it is about, masked.",
        discussion: """
            Examples:
              sampan document inspect C0007_01022026030900004.xml
              sampan document inspect bundle.json --json
              sampan document inspect CCD.xml --json --reveal

            Exit code: 0, 64 wrong usage, 65 the file is no document that is taken (the reason is told), 66 it is missing or cannot be read.
            """)

    @Argument(help: "A file: HL7 CDA R2 (WS/T 500, C-CDA) or FHIR R4 JSON, at most 16 MiB.")
    var file: String
    @Flag(help: "Print a JSON object.")
    var json = false
    @Flag(help: "Tell the patient's name, date of birth and numbers, and titles, as they are: they are patient data.")
    var reveal = false

    func run() throws {
        let report = DocumentReport(try DocumentFile(file), reveal: reveal)
        StandardOutput.line(json ? try JSONText.of(report) : report.text)
    }
}
