// The rows of a long list that are in view, as the window scrolls.
import { Virtualizer, observeWindowOffset, observeWindowRect, windowScroll } from '@tanstack/virtual-core';
import { type RefObject } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';

export interface VirtualRows {
  items: { index: number; top: number; height: number }[];
  total: number;
  scrollTo: (index: number) => void;
}

/** All rows are `height` pixels tall; `list` is the element that holds them. */
export function useVirtualRows(list: RefObject<HTMLElement | null>, count: number, height: number): VirtualRows {
  const [, setVersion] = useState(0);
  const virtualizer = useRef<Virtualizer<Window, Element> | null>(null);
  const options = {
    count,
    estimateSize: () => height,
    overscan: 8,
    getScrollElement: () => window,
    scrollToFn: windowScroll,
    observeElementRect: observeWindowRect,
    observeElementOffset: observeWindowOffset,
    initialRect: { width: window.innerWidth, height: window.innerHeight },
    scrollMargin: list.current ? list.current.getBoundingClientRect().top + window.scrollY : 0,
    onChange: () => setVersion((version) => version + 1),
  };
  virtualizer.current ??= new Virtualizer<Window, Element>(options);
  const rows = virtualizer.current;
  rows.setOptions(options);
  useEffect(() => rows._didMount(), []);
  useLayoutEffect(() => rows._willUpdate());
  // Known sizes are kept by index: another height must drop them.
  useLayoutEffect(() => rows.measure(), [height]);
  return {
    items: rows
      .getVirtualItems()
      .map(({ index, start, size }) => ({ index, top: start - options.scrollMargin, height: size })),
    total: rows.getTotalSize(),
    scrollTo: (index) => rows.scrollToIndex(index),
  };
}
