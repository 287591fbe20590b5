/// What the caller of the plugin may choose: `visibility=public,imports=SampanAPI,cmodule=CSampanMessages`.
struct Options {
    /// Access of everything that is generated: `public`, `package` or `internal`.
    var visibility = "public"
    /// Modules to import beside those that the generated code always needs; several are joined with `+`.
    var imports: [String] = []
    /// The C target that holds the output of protoc-c for the same files.
    var cModule = "CSampanMessages"

    init() {}

    init(parameter: String) throws {
        for pair in parameter.split(separator: ",") {
            let parts = pair.split(separator: "=", maxSplits: 1).map(String.init)
            switch (parts.first, parts.count) {
            case ("visibility", 2): visibility = parts[1]
            case ("imports", 2): imports = parts[1].split(separator: "+").map(String.init)
            case ("cmodule", 2): cModule = parts[1]
            default: throw Registry.Unsupported(reason: "unknown parameter \(pair)")
            }
        }
    }
}
