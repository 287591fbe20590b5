import ArgumentParser
import SampanAPI

/// Whose records, why, and which of them.
struct RecordFilter: ParsableArguments {
    @Option(help: "Enterprise id of the patient.")
    var patient: Int64
    @Option(help: "Why: treatment, emergency, consultation, referral, payment, quality-control.")
    var purpose = "treatment"
    @Option(help: "Of this kind only, such as lab-report; may be given again.")
    var kind: [String] = []
    @Option(help: "Not before: a day, or a time in China.")
    var from: String?
    @Option(help: "Not after.")
    var until: String?

    func validate() throws { _ = try query("") }

    func query(_ role: String) throws -> RecordsV1.RecordQuery {
        RecordsV1.RecordQuery(
            enterpriseID: patient, purpose: purpose, kinds: kind, from: try RegistryFileInput.moment(from, "--from"),
            until: try RegistryFileInput.moment(until, "--until"), role: role)
    }
}
