package import SampanMesh
package import SampanRPC
package import SampanTransport

/// The file of a hospital's or a centre's node: what stands between the programs of an institution and the region.
///
/// ```yaml
/// role: hospital                   # or center
/// listen: 0.0.0.0:7443             # the institution's programs, and the nodes of others
/// trust-domain: region.example
/// trust-folder: trust
/// platform: 10.0.0.1:7440, 10.0.0.2:7440
/// data: data                       # the audit log
/// mesh:
///   advertise: [10.20.1.5:7443]    # where others reach it
///   parent: "4699010000"           # the institution above
/// policy: policy.yaml              # until an epoch says otherwise; left out: what `MeshNode.policy` says
/// metrics: { listen: 127.0.0.1:9464 }   # left out: nobody reads them (`MetricsSettings`)
/// telemetry: { collector: 127.0.0.1:4317 }   # left out: nobody is told of metrics and traces (`TelemetrySettings`)
/// peers:                           # who may come from where (`PeerList`); left out: from anywhere
///   - { from: [10.20.0.0/16] }
/// limits: { calls-per-second: 20000 }   # of one institution (`LimitsSection`); left out: its defaults
/// drain: { grace: 20s }  # that calls have to end when the node stops (`DrainSection`)
/// staff: { limit: 2s }   # believe staff tokens, and sign them (`StaffSection`); left out: neither
/// ```
package struct MeshConfiguration: Sendable {
    package let role: PeerIdentity.Role
    package let node: NodeSettings
    package let listen: HostAndPort
    /// Folder of the audit log; made with 0700 when missing.
    package let data: String
    /// Nil for a node that others do not call.
    package let registration: NodeRegistration?
    package let policyEdition: PolicyEdition
    /// Nil: peers may come from anywhere.
    package let peers: PeerAllowList?
    package let observation: ObservationSettings
    /// Whose pages may call by the doors to the web; nil where there are none.
    package let webOrigins: Set<String>?
    /// What one institution may ask of it, and what it does when all ask too much (`LimitsSection`).
    package let limits: LoadLimits
    /// That calls have to end when the node goes out of service (`DrainSection`).
    package let drainGrace: Duration
    /// Nil for a node that believes no staff tokens.
    package let staff: StaffSection?

    /// Blocks on the disk. Throws, naming the line or the variable, for anything that is not a configuration of this kind.
    package init(file: String, _ reading: ConfigurationReading = .ofProcess) throws(ConfigurationError) {
        let directory = NodeSettings.directory(of: file)
        let mapping = try YAMLMapping(file: file, reading)
        switch try NodeRole.read(mapping) {
        case .hospital: role = .hospital
        case .center: role = .center
        case .gateway, .platform: throw mapping.invalid("role", "must be hospital or center")
        }
        node = try NodeSettings(mapping, relativeTo: directory)
        listen = try mapping.address("listen")
        peers = try PeerList.read(mapping)
        observation = try ObservationSettings.read(mapping)
        data = NodeSettings.resolve(try mapping.string("data"), directory)
        webOrigins = try WebOrigins.read(mapping)
        limits = try LimitsSection.read(mapping)
        registration = try NodeRegistration.read(mapping, limits, serving: MeshNode.servedNames)
        drainGrace = try DrainSection.read(mapping)
        staff = try StaffSection.read(mapping)
        if let file = try mapping.optionalString("policy") {
            policyEdition = try PolicyFile(file: NodeSettings.resolve(file, directory)).edition
        } else {
            do throws(PolicyRefusal) { policyEdition = try PolicyEdition(builtIn: MeshNode.policy) } catch {
                throw mapping.invalid("policy", error.message)
            }
        }
        try mapping.finish()
    }
}
