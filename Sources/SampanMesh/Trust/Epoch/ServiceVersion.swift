/// Which edition of a contract a node serves (Docs/Mesh.md, "Versions").
package struct ServiceVersion: Sendable, Hashable {
    /// Full name, 1 to 255 printable ASCII characters.
    package let service: String
    /// `MAJOR.MINOR.PATCH`, each 0 to 999,999, without leading zeros.
    package let version: String

    /// Throws an `EpochError` for what is no version, and for one of another contract: what is named `…v1…` has versions 1.x.y.
    package init(service: String, version: String) throws(EpochError) {
        try EpochError.check(count: service.utf8.count, in: EpochLimits.serviceBytes, "routes.versions.service")
        try EpochRoute.checkPrintable([service], "routes.versions.service")
        let numbers = version.split(separator: ".", omittingEmptySubsequences: false).map { Self.number($0) }
        guard numbers.count == 3, let major = numbers[0], numbers[1] != nil, numbers[2] != nil else {
            throw EpochError(.badValue, "routes.versions.version", "must be MAJOR.MINOR.PATCH, such as 1.4.0")
        }
        if let named = Self.major(of: service), named != major {
            throw EpochError(
                .badValue, "routes.versions.version", "the name of the service says v\(named): another MAJOR is another service")
        }
        (self.service, self.version) = (service, version)
    }

    /// 0 to 999,999 as a program would write it; nil for anything else.
    private static func number(_ text: Substring) -> Int? {
        guard (1...6).contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), text == "0" || text.first != "0"
        else { return nil }
        return Int(text)
    }

    /// N of the last part `vN` of a service's name; nil for a service that says none, or one that is no promise yet (`v1alpha`).
    private static func major(of service: String) -> Int? {
        service.split(separator: ".").reversed().lazy.compactMap { $0.first == "v" ? number($0.dropFirst()) : nil }.first
    }
}
