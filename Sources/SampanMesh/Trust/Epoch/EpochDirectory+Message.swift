package import SampanAPI

extension EpochRoute {
    package init(_ message: TrustV1.Route) throws(EpochError) {
        try self.init(
            name: message.name, endpoints: message.endpoints, services: message.services, parent: message.parent,
            capacity: message.capacity, programVersion: message.programVersion, versions: ServiceVersion.values(message.versions))
    }

    package var message: TrustV1.Route {
        TrustV1.Route(
            name: name, endpoints: endpoints, services: services, parent: parent, capacity: capacity, programVersion: programVersion,
            versions: versions.map(\.message))
    }
}

extension ServiceVersion {
    package static func values(_ messages: [TrustV1.ServiceVersion]) throws(EpochError) -> [ServiceVersion] {
        var values: [ServiceVersion] = []
        for message in messages { values.append(try ServiceVersion(service: message.service, version: message.version)) }
        return values
    }

    package var message: TrustV1.ServiceVersion { TrustV1.ServiceVersion(service: service, version: version) }
}

extension EpochCustodian.Matter {
    /// What a message is about; nothing is said of its custodian. Throws an `EpochError` that names the field.
    package init(_ message: TrustV1.Custodian) throws(EpochError) {
        try self.init(institution: message.institution, service: message.service)
    }
}

extension EpochCustodian {
    static func values(_ messages: [TrustV1.Custodian]) throws(EpochError) -> [EpochCustodian] {
        var values: [EpochCustodian] = []
        for message in messages { values.append(try EpochCustodian(Matter(message), custodian: message.custodian)) }
        return values
    }

    package var message: TrustV1.Custodian {
        TrustV1.Custodian(institution: matter.institution, service: matter.service, custodian: custodian)
    }
}
