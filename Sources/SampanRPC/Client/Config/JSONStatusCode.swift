/// A status code as a service config writes it: its number, or its name in any case (gRFC A6).
struct JSONStatusCode: Decodable {
    let value: StatusCode

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let number = try? container.decode(Int.self)
        let name = number == nil ? try container.decode(String.self) : ""
        let found = number.flatMap(StatusCode.init(rawValue:)) ?? Self.byName[name.uppercased()]
        guard let found else {
            throw ServiceConfigError(
                field: decoder.codingPath.map(\.stringValue).joined(separator: "."),
                reason: "\(number.map { "\($0)" } ?? "\"\(name)\"") is no status code of gRPC")
        }
        value = found
    }

    private static let byName = Dictionary(uniqueKeysWithValues: StatusCode.allCases.map { ($0.description, $0) })
}
