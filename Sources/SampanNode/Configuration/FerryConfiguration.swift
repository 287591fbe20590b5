package import SampanDomain
package import SampanTransport

/// The file of a ferry: the inner half, which opens every connection and listens on nothing.
///
/// ```yaml
/// gateway: 10.0.0.5:7443
/// trust-domain: region.example
/// certificate: ferry.pem
/// key: ferry.key
/// trust: trust.pem       # these three, or:  trust-folder: trust  and  platform: 10.0.0.1:7500, 10.0.0.2:7500
/// workers: 5
/// batch: 64
/// poll-interval: 1s
/// wake: true
/// institutions: { scheme: unified-social-credit }
/// sealing: { keys: [ferry-sealing.key] }   # that open payloads; two while they change (`sampan ferry keygen`)
/// his: { database: his.db, seed: payment-day, fault-plan: faults.csv, timeout: 200ms }
/// ```
package struct FerryConfiguration: Sendable {
    package let node: NodeSettings
    package let gateway: HostAndPort
    /// Worker processes, 1 to 64 (GW-04, GW-09).
    package let workers: Int
    package let batch: Int
    package let pollInterval: Duration
    package let wakes: Bool
    package let scheme: InstitutionCode.Scheme
    package let his: HIS
    /// Files of the private keys that open payloads; none where they are not sealed.
    package let sealingKeys: [String]

    /// Where the HIS is, and how it is made to fail in a demonstration.
    package struct HIS: Sendable {
        package let database: String
        /// Adds the institutions and departments of the demonstration's payment day.
        package let seedsPaymentDay: Bool
        /// A CSV with `out_trade_no` and `his_outcome`; nil in earnest.
        package let faultPlan: String?
        /// How long a HIS without an answer is waited for.
        package let timeout: Duration
    }

    /// Blocks on the disk. Throws, naming the line or the variable, for anything that is not a configuration of this kind.
    package init(file: String, _ reading: ConfigurationReading = .ofProcess) throws(ConfigurationError) {
        let directory = NodeSettings.directory(of: file)
        let mapping = try YAMLMapping(file: file, reading)
        node = try NodeSettings(mapping, relativeTo: directory)
        gateway = try mapping.address("gateway")
        workers = try mapping.integer("workers", default: 5, in: 1...64)
        batch = try mapping.integer("batch", default: 64, in: 1...1_024)
        pollInterval = try mapping.duration("poll-interval", default: .seconds(1), in: .milliseconds(10)...(.seconds(60)))
        wakes = try mapping.boolean("wake", default: true)
        let institutions = try mapping.mappingOrEmpty("institutions")
        scheme = try institutions.scheme()
        try institutions.finish()
        sealingKeys = try SealingSection.privateKeys(mapping, relativeTo: directory)
        his = try HIS(try mapping.mapping("his"), directory)
        try mapping.finish()
    }
}

extension FerryConfiguration.HIS {
    fileprivate init(_ mapping: YAMLMapping, _ directory: String) throws(ConfigurationError) {
        database = NodeSettings.resolve(try mapping.string("database"), directory)
        switch try mapping.optionalString("seed") {
        case nil: seedsPaymentDay = false
        case "payment-day": seedsPaymentDay = true
        default: throw mapping.invalid("seed", "must be payment-day or left out")
        }
        faultPlan = try mapping.optionalString("fault-plan").map { NodeSettings.resolve($0, directory) }
        timeout = try mapping.duration("timeout", default: .milliseconds(200), in: .milliseconds(1)...(.seconds(60)))
        try mapping.finish()
    }
}
