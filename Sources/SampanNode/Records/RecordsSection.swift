package import SampanDomain
package import SampanHTTPClient

/// `records` of a platform's file: documents, consent and what residents see of both (Docs/Records.md). Needs `identity`, since consent is
/// a person's, and `registry`, since readers are its staff. Left out: the node keeps none.
///
/// ```yaml
/// records:
///   database: records.db
///   master-key-file: records.key       # 64 hexadecimal digits, 0600; made with the database. A copy belongs apart from the database's
///   former-key-files: [records-2025.key]   # while what they wrap is moved to the master key; then they can go
///   size-limit: 4096                   # MiB of one document
///   notices: { spool: notices }        # codes and notices to patients, for the region's SMS gateway; or:
///   # notices: { webhook: https://sms.region.example, path: /notices, trust: roots.pem }
///   recognition: { lab-report: 168h, imaging-report: 720h, ecg-report: 72h }   # how long results are taken; kinds left out are not
/// ```
package struct RecordsSection: Sendable {
    /// The way to the patients' phones.
    package enum Notices: Sendable {
        case spool(String)
        case webhook(HTTPOrigin, path: String, trust: String?)
    }

    package let database: String
    package let masterKeyFile: String
    package let formerKeyFiles: [String]
    /// Bytes of one document.
    package let sizeLimit: Int64
    package let notices: Notices
    /// Nanoseconds that results of a kind are taken.
    package let recognition: [DocumentKind: Int64]

    /// Kinds that can be recognised.
    private static let recognised: [DocumentKind: Duration] = [
        .labReport: .seconds(7 * 86_400), .imagingReport: .seconds(30 * 86_400), .electrocardiogramReport: .seconds(3 * 86_400),
    ]

    /// Nil where the file has no `records`.
    static func read(_ mapping: YAMLMapping, relativeTo directory: String) throws(ConfigurationError) -> RecordsSection? {
        guard mapping.has("records") else { return nil }
        for needed in ["identity", "registry"] where !mapping.has(needed) {
            throw mapping.invalid("records", "needs \(needed): consent is a person's, and readers are staff of the registry")
        }
        let section = try mapping.mapping("records")
        let former = section.has("former-key-files") ? try section.strings("former-key-files") : []
        let records = RecordsSection(
            database: NodeSettings.resolve(try section.string("database"), directory),
            masterKeyFile: NodeSettings.resolve(try section.string("master-key-file"), directory),
            formerKeyFiles: former.map { NodeSettings.resolve($0, directory) },
            sizeLimit: Int64(try section.integer("size-limit", default: 4_096, in: 1...1_048_576)) << 20,
            notices: try notices(try section.mapping("notices"), directory), recognition: try recognition(section))
        try section.finish()
        return records
    }

    private static func notices(_ section: YAMLMapping, _ directory: String) throws(ConfigurationError) -> Notices {
        let (spool, webhook) = (try section.optionalString("spool"), try section.optionalString("webhook"))
        let path = try section.optionalString("path") ?? "/"
        let trust = try section.optionalString("trust").map { NodeSettings.resolve($0, directory) }
        try section.finish()
        switch (spool, webhook) {
        case (let folder?, nil): return .spool(NodeSettings.resolve(folder, directory))
        case (nil, let server?):
            guard let origin = HTTPOrigin(server) else {
                throw section.invalid("webhook", "must be https://host or https://host:port; http:// is for 127.0.0.1 alone")
            }
            guard path.hasPrefix("/"), path.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
                throw section.invalid("path", "must be a path such as /notices")
            }
            return .webhook(origin, path: path, trust: trust)
        case (nil, nil), (.some, .some): throw section.invalid("spool", "or webhook, one of both, must say how patients are reached")
        }
    }

    private static func recognition(_ section: YAMLMapping) throws(ConfigurationError) -> [DocumentKind: Int64] {
        guard section.has("recognition") else { return recognised.mapValues(\.wholeNanoseconds) }
        let windows = try section.mapping("recognition")
        var read: [DocumentKind: Int64] = [:]
        for kind in recognised.keys where windows.has(kind.rawValue) {
            let day = Duration.seconds(86_400)
            read[kind] = try windows.duration(kind.rawValue, default: day, in: .seconds(3_600)...(day * 365)).wholeNanoseconds
        }
        try windows.finish()
        return read
    }
}
