// The port that keeps how far a channel has been read, so that what people say while offcurve is down is not lost.

export abstract class ChannelPlaces {
  /** The service's own word for the place, or null where the channel was never read. */
  abstract load(channel: string): Promise<string | null>;
  abstract save(channel: string, place: string): Promise<void>;
}
