internal import SampanTransport

extension YAMLMapping {
    func address(_ key: String) throws(ConfigurationError) -> HostAndPort {
        guard let address = HostAndPort(try string(key)) else { throw invalid(key, "must be host:port, such as 127.0.0.1:7443") }
        return address
    }
}
