import { Input } from "./input.ts";
import { type Truth, Unknown } from "./truth.ts";
import { AWSX_VPC } from "./types.ts";

/** One resource as the engine hands it to a policy. */
export interface ResourceData {
  type: string;
  name: string;
  urn: string;
  /** Reading an unknown property of it may throw. */
  props: Record<string, unknown>;
  opts?: { protect?: boolean };
}

/** A resource among those of a stack. */
export interface StackResourceData extends ResourceData {
  propertyDependencies: Record<string, readonly { urn: string }[]>;
}

/** A resource's properties, and what is known of where they come from. */
export class Resource {
  readonly type: string;
  readonly name: string;
  readonly urn: string;
  readonly isProtected: boolean;
  readonly inputs: Input;
  readonly #props: Record<string, unknown>;
  readonly #dependencies: StackResourceData["propertyDependencies"];

  constructor(data: ResourceData, dependencies: StackResourceData["propertyDependencies"] = {}) {
    this.type = data.type;
    this.name = data.name;
    this.urn = data.urn;
    this.isProtected = data.opts?.protect === true;
    this.#props = data.props;
    this.inputs = new Input(data.props);
    this.#dependencies = dependencies;
  }

  /** `type::name`, the end of its URN without its parents: how an exemption names it. */
  get label(): string {
    return `${this.type}::${this.name}`;
  }

  /** As the engine hands it to a policy before it is made: without what it depends on. */
  get alone(): Resource {
    const { type, name, urn, isProtected } = this;
    return new Resource({ type, name, urn, opts: { protect: isProtected }, props: this.#props });
  }

  at(...path: readonly (string | number)[]): Input {
    return this.inputs.at(...path);
  }

  /** The URNs of the resources that a property's value comes from; none where the engine did not say. */
  sources(property: string): readonly string[] {
    return (this.#dependencies[property] ?? []).map(({ urn }) => urn);
  }

  /**
   * Whether a property is set, where setting it to what comes from a resource of the given type is enough: so that
   * what is only known once that resource exists can be judged before.
   */
  isSetFrom(type: string, ...path: readonly string[]): Truth {
    const set = this.at(...path).isSet;
    const isFrom = this.sources(path[0] ?? "").some((urn) => typeOf(urn) === type);
    return set instanceof Unknown && isFrom ? true : set;
  }
}

/** Resources by the one that they are attached to. */
export class Attachments extends Map<Resource, Resource[]> {
  /** Where there are some of which nobody can say yet what they are attached to, and one of them. */
  open: Unknown | undefined;
  openFrom: Resource | undefined;

  isAttached(to: Resource): Truth {
    return this.has(to) ? true : (this.open ?? false);
  }
}

/** The resources of a stack, and which of them another one means. */
export class Stack {
  readonly name: string;
  readonly resources: readonly Resource[];
  readonly #byUrn: ReadonlyMap<string, Resource>;
  readonly #byType: ReadonlyMap<string, Resource[]>;
  readonly #byIdentity = new Map<string, ReadonlyMap<string, Resource>>();

  constructor(resources: readonly StackResourceData[]) {
    this.resources = resources.map((data) => new Resource(data, data.propertyDependencies));
    this.#byUrn = new Map(this.resources.map((resource) => [resource.urn, resource]));
    this.#byType = Map.groupBy(this.resources, ({ type }) => type);
    this.name = stackNameIn(resources[0]?.urn ?? "");
  }

  ofType(...types: readonly string[]): Resource[] {
    return types.flatMap((type) => this.#byType.get(type) ?? []);
  }

  /**
   * The resource that a property names by ARN, id, URL or name.
   *
   * @param property The top-level property of `from` that `reference` is in, or is read from.
   * @returns undefined where it is none of this stack's; unknown where nobody can say yet.
   */
  find(
    from: Resource,
    property: string,
    reference: Input,
    ...types: readonly string[]
  ): Resource | undefined | Unknown {
    const { text } = reference;
    if (typeof text === "string") {
      for (const type of types) {
        const found = this.#identities(type).get(text) ?? this.#identities(type).get(unqualified(text));
        if (found !== undefined) return found;
      }
    }
    if (text === undefined) return undefined;
    const sources = this.#sources(from, property, types);
    if (sources.length === 1) return sources[0];
    return text instanceof Unknown || sources.length > 1 ? reference.unknown : undefined;
  }

  /** Whether a property names the given resource. */
  names(from: Resource, property: string, reference: Input, resource: Resource): Truth {
    const found = this.find(from, property, reference, resource.type);
    return found instanceof Unknown ? found : found === resource;
  }

  /** The resources of a type by the one that a property of theirs names, as a bucket's policies by their bucket. */
  attached(type: string | readonly string[], property: string, ...targets: readonly string[]): Attachments {
    const found = new Attachments();
    for (const from of this.ofType(...[type].flat())) {
      const target = this.find(from, property, from.at(property), ...targets);
      if (target instanceof Resource) found.set(target, [...(found.get(target) ?? []), from]);
      if (target instanceof Unknown) {
        found.open = target;
        found.openFrom = from;
      }
    }
    return found;
  }

  #sources(from: Resource, property: string, types: readonly string[]): Resource[] {
    return from
      .sources(property)
      .flatMap((urn) => this.#byUrn.get(urn) ?? [])
      .filter(({ type }) => types.includes(type));
  }

  #identities(type: string): ReadonlyMap<string, Resource> {
    const known = this.#byIdentity.get(type);
    if (known !== undefined) return known;
    const identities = new Map<string, Resource>();
    for (const resource of this.ofType(type)) {
      for (const property of type === AWSX_VPC ? ["vpcId"] : IDENTITIES) {
        const { text } = resource.at(property);
        if (typeof text === "string") identities.set(text, resource);
      }
    }
    this.#byIdentity.set(type, identities);
    return identities;
  }
}

/** What other resources refer to a resource by. */
const IDENTITIES = ["arn", "id", "url", "name", "bucket", "keyId"];

/** A function's ARN without version or alias. */
function unqualified(reference: string): string {
  return reference.replace(/^(arn:[^:]+:lambda:[^:]*:[^:]*:function:[^:]+):.+$/, "$1");
}

/** The type of the resource itself, which a URN names after its parents' types. */
function typeOf(urn: string): string {
  return urn.split("::")[2]?.split("$").at(-1) ?? "";
}

/** `urn:pulumi:<stack>::<project>::…` */
export function stackNameIn(urn: string): string {
  return urn.split("::")[0]?.split(":").at(-1) ?? "";
}
